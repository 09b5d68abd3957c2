package app.goalgpt.standalone.demo;

import app.goalgpt.scheduler.DrivenClock;
import app.goalgpt.standalone.platform.EmbeddedPlatform;
import app.goalgpt.standalone.simulation.BadgeCatalogue;
import app.goalgpt.standalone.simulation.CampaignCalendar;
import app.goalgpt.standalone.simulation.Population;
import app.goalgpt.standalone.simulation.Traffic;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** The app that is played: its customers, its traffic, and what time it is for the business. */
final class PlayedApp {
  /** Just before the first of the evening's jobs. */
  private static final LocalTime EVENING = LocalTime.of(19, 58);

  private final Path folder;
  private final StoredPlan stored;
  private final DrivenClock clock;
  private final Traffic traffic;

  private PlayedApp(Path folder, StoredPlan stored, DrivenClock clock, Traffic traffic) {
    this.folder = folder;
    this.stored = stored;
    this.clock = clock;
    this.traffic = traffic;
  }

  /** Makes the customers, or finds them where they were left. Its clock stands. */
  static PlayedApp over(
      EmbeddedPlatform platform, Demo.Options options, ZoneId zone, Terminal terminal)
      throws SQLException {
    Path folder = options.folder();
    StoredPlan stored = null;
    if (folder != null && StoredPlan.isIn(folder)) {
      stored = StoredPlan.read(folder);
      terminal.done("customers", "those of last time, %,d".formatted(stored.plan().customers()));
    }
    Instant begin = options.clock();
    if (begin == null) {
      begin =
          stored == null
              ? EVENING.atDate(LocalDate.now(zone)).atZone(zone).toInstant()
              : stored.clock();
    }
    if (stored == null) {
      Population.Plan plan =
          new Population.Plan(options.customers(), options.comments(), options.seed(), begin, zone);
      load(platform, new Population(plan), terminal);
      stored = new StoredPlan(plan, 0, begin);
    }
    DrivenClock clock = DrivenClock.standing(begin, options.speed(), Clock.systemUTC());
    Traffic traffic =
        new Traffic(new Population(stored.plan()), stored.runs(), clock.withZone(zone));
    StoredPlan next = new StoredPlan(stored.plan(), stored.runs() + 1, begin);
    PlayedApp app = new PlayedApp(folder, next, clock, traffic);
    app.rememberTheTime();
    return app;
  }

  private static void load(EmbeddedPlatform platform, Population population, Terminal terminal)
      throws SQLException {
    long begin = System.nanoTime();
    AtomicLong rows = new AtomicLong();
    try (Connection connection = platform.postgres().connect()) {
      connection.setAutoCommit(false);
      BadgeCatalogue.install(connection, BadgeCatalogue.all());
      population.load(
          connection,
          more -> terminal.progress("customers", rows.addAndGet(more), population.expectedRows()));
      CampaignCalendar.install(connection, population.plan());
      connection.commit();
    }
    terminal.done(
        "customers",
        "%,d with a history of %,d rows, %d badges, after %.1f s"
            .formatted(
                population.plan().customers(),
                rows.get(),
                BadgeCatalogue.all().size(),
                (System.nanoTime() - begin) / 1e9));
  }

  /** Where a folder keeps the data, the next run goes on from here. */
  void rememberTheTime() {
    if (folder != null) {
      new StoredPlan(stored.plan(), stored.runs(), clock.instant()).write(folder);
    }
  }

  DrivenClock clock() {
    return clock;
  }

  Traffic traffic() {
    return traffic;
  }

  /** Full names by customer id. */
  Map<UUID, String> names() {
    return traffic.names();
  }
}
