package app.goalgpt.standalone.demo;

import app.goalgpt.connectors.audit.Audit;
import app.goalgpt.connectors.audit.AuditConfig;
import app.goalgpt.connectors.audit.AuditReport;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Drain;
import app.goalgpt.standalone.platform.EmbeddedPlatform;
import app.goalgpt.standalone.platform.Pipeline;
import app.goalgpt.standalone.simulation.BadgeCatalogue;
import app.goalgpt.standalone.simulation.Population;
import app.goalgpt.standalone.simulation.Traffic;
import app.goalgpt.standalone.simulation.TrafficDriver;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The default run: Postgres, a broker and a fake FCM server in this process, the app's customers
 * with their history, all parts of this system, then the app's traffic, on the terminal; in the end
 * a summary and the audit.
 */
public final class Demo {
  private static final Duration HISTORY_BOUND = Duration.ofMinutes(30);
  private static final Duration DRAIN_BOUND = Duration.ofMinutes(1);
  private static final Duration TOTALS_EVERY = Duration.ofSeconds(5);
  private static final int LINES_PER_SECOND = 15;

  /**
   * @param length how long the traffic runs; null: until the end is requested
   * @param customers of the population that is made at the first start
   * @param comments per customer, on average
   * @param rate transactions of the app per second; 0 for none
   * @param folder where the data stays; null: in a temporary one
   */
  public record Options(
      Duration length, int customers, double comments, double rate, long seed, Path folder) {}

  /** Whether, and until when, the demo goes on. */
  public interface Stop {
    boolean isRequested();

    /** Waits that long, or shorter when the end is requested: true then. */
    boolean await(Duration time) throws InterruptedException;

    /** A part can never go on: requests the end. */
    void fail(Throwable cause);
  }

  private final Options options;
  private final Map<String, String> environment;
  private final Terminal terminal;
  private final MeterRegistry registry;
  private final Stop stop;
  private final Report report;
  private Settings settings;
  private Traffic traffic;
  private LiveView view;

  public Demo(
      Options options,
      Map<String, String> environment,
      Terminal terminal,
      MeterRegistry registry,
      Stop stop) {
    this.options = options;
    this.environment = environment;
    this.terminal = terminal;
    this.registry = registry;
    this.stop = stop;
    this.report = new Report(terminal);
  }

  /**
   * Runs it all, and leaves nothing behind but the folder that was asked for.
   *
   * @return whether everything was settled in time and the audit found no difference
   */
  public boolean run() throws InterruptedException, SQLException {
    terminal.line("GoalGPT rewards, everything in one process. Ctrl-C ends it.");
    terminal.line("");
    long begin = System.nanoTime();
    terminal.working("Postgres, Kafka, FCM", "starting …");
    try (EmbeddedPlatform platform =
        options.folder() == null
            ? EmbeddedPlatform.temporary()
            : EmbeddedPlatform.in(options.folder())) {
      terminal.done("Postgres, Kafka, FCM", "ready after " + seconds(begin));
      settings = platform.settings(environment);
      play(platform);
      view = new LiveView(terminal, traffic.names(), LINES_PER_SECOND);
      platform.fcm().onAccepted(view::accepted);
      return runPipeline(platform);
    }
  }

  /** Makes the customers, or finds them where they were left. */
  private void play(EmbeddedPlatform platform) throws SQLException {
    if (options.folder() != null && StoredPlan.isIn(options.folder())) {
      StoredPlan stored = StoredPlan.read(options.folder());
      Population population = new Population(stored.plan());
      traffic = new Traffic(population, stored.runs());
      new StoredPlan(stored.plan(), stored.runs() + 1).write(options.folder());
      terminal.done("customers", "those of last time, %,d".formatted(stored.plan().customers()));
      return;
    }
    Population.Plan plan =
        new Population.Plan(options.customers(), options.comments(), options.seed(), Instant.now());
    Population population = new Population(plan);
    load(platform, population);
    traffic = new Traffic(population, 0);
    if (options.folder() != null) {
      new StoredPlan(plan, 1).write(options.folder());
    }
  }

  private void load(EmbeddedPlatform platform, Population population) throws SQLException {
    long begin = System.nanoTime();
    AtomicLong rows = new AtomicLong();
    try (Connection connection = platform.postgres().connect()) {
      connection.setAutoCommit(false);
      BadgeCatalogue.install(connection, BadgeCatalogue.all());
      population.load(
          connection,
          more -> terminal.progress("customers", rows.addAndGet(more), population.expectedRows()));
      connection.commit();
    }
    terminal.done(
        "customers",
        "%,d with a history of %,d rows, %d badges, after %s"
            .formatted(
                population.plan().customers(),
                rows.get(),
                BadgeCatalogue.all().size(),
                seconds(begin)));
  }

  private boolean runPipeline(EmbeddedPlatform platform) throws InterruptedException, SQLException {
    KafkaConfig kafka = KafkaConfig.from(settings);
    AppTables tables = AppTables.from(settings);
    Topics topics = new Topics(kafka, tables);
    topics.ensure();
    long begin = System.nanoTime();
    SettledFeed feed = SettledFeed.start(kafka, topics, view);
    terminal.working("parts", "starting …");
    try (Pipeline pipeline = Pipeline.start(settings, registry, stop::fail);
        LedgerCount ledger = new LedgerCount(platform.postgres().connect(), tables);
        Drain drain = new Drain(platform.database(), kafka, tables)) {
      terminal.done("parts", "%s at work after %s".formatted(pipeline, seconds(begin)));
      if (!historySettled(drain, ledger, begin)) {
        terminal.line("Ended before the history was settled: nothing to sum up.");
        return true;
      }
      Totals history = view.totals();
      view.show();
      long actions = runTraffic(platform);
      boolean drained = drained(drain);
      report.summary(history, view.totals(), actions);
      return audit(platform, tables) && drained;
    } finally {
      feed.close();
    }
  }

  private boolean audit(EmbeddedPlatform platform, AppTables tables) throws SQLException {
    terminal.line("");
    terminal.line(terminal.style(Terminal.Style.BOLD, "Audit, in plain SQL over the app's tables"));
    try (Connection connection = platform.postgres().connect()) {
      AuditReport audit = Audit.run(connection, tables, AuditConfig.from(settings));
      terminal.line(audit.toString().stripTrailing());
      terminal.line("");
      terminal.line(
          audit.passed()
              ? terminal.style(Terminal.Style.GREEN, "Nothing missing, nothing extra.")
              : terminal.style(Terminal.Style.RED, "The audit found a difference."));
      return audit.passed();
    }
  }

  /** Whether it was settled before the end was requested. */
  private boolean historySettled(Drain drain, LedgerCount ledger, long begin)
      throws InterruptedException {
    boolean settled =
        drain.await(
            HISTORY_BOUND,
            records -> {
              terminal.working("history", soFar(ledger, records));
              return !stop.isRequested();
            });
    if (settled) {
      terminal.done(
          "history",
          "%,d rewards that it had earned are settled, %,d pushes sent, after %s"
              .formatted(view.totals().rewards(), view.totals().pushes(), seconds(begin)));
      terminal.line("");
    }
    return settled;
  }

  private String soFar(LedgerCount ledger, long records) {
    try {
      return "%,d rewards settled, %,d pushes sent (%,d records on Kafka)"
          .formatted(ledger.rewards(), view.totals().pushes(), records);
    } catch (SQLException e) {
      return "the database does not answer: " + e.getMessage();
    }
  }

  private boolean drained(Drain drain) throws InterruptedException {
    terminal.working("end", "waiting until everything is settled …");
    try {
      return drain.await(DRAIN_BOUND, records -> true);
    } catch (IllegalStateException e) {
      terminal.line(terminal.style(Terminal.Style.RED, e.getMessage()));
      return false;
    }
  }

  /** Returns how many transactions the app did. */
  private long runTraffic(EmbeddedPlatform platform) throws InterruptedException {
    AtomicLong actions = new AtomicLong();
    AtomicBoolean over = new AtomicBoolean();
    Thread app = new Thread(() -> drive(platform, over, actions), "app");
    if (options.rate() > 0) {
      app.start();
    }
    long begin = System.nanoTime();
    boolean requested = stop.isRequested();
    while (!requested && !left(begin).isZero()) {
      Duration left = left(begin);
      requested = stop.await(left.compareTo(TOTALS_EVERY) < 0 ? left : TOTALS_EVERY);
      Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
      report.totals(elapsed, view.totals(), actions.get(), view.leftOut());
    }
    over.set(true);
    app.join();
    return actions.get();
  }

  private Duration left(long begin) {
    if (options.length() == null) {
      return TOTALS_EVERY;
    }
    Duration left = options.length().minusNanos(System.nanoTime() - begin);
    return left.toMillis() <= 0 ? Duration.ZERO : left;
  }

  private void drive(EmbeddedPlatform platform, AtomicBoolean over, AtomicLong actions) {
    try {
      new TrafficDriver(platform.database(), traffic)
          .run(options.rate(), over::get, action -> actions.incrementAndGet());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      stop.fail(e);
    }
  }

  private static String seconds(long since) {
    return "%.1f s".formatted((System.nanoTime() - since) / 1e9);
  }
}
