package app.goalgpt.standalone.demo;

import app.goalgpt.connectors.audit.Audit;
import app.goalgpt.connectors.audit.AuditConfig;
import app.goalgpt.connectors.audit.AuditReport;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.BusinessTime;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Drain;
import app.goalgpt.standalone.platform.EmbeddedPlatform;
import app.goalgpt.standalone.platform.Monitoring;
import app.goalgpt.standalone.platform.Part;
import app.goalgpt.standalone.platform.Pipeline;
import app.goalgpt.standalone.simulation.TrafficDriver;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
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
  private static final Duration DRAIN_BOUND = Duration.ofMinutes(5);
  private static final Duration TOTALS_EVERY = Duration.ofSeconds(5);
  private static final int LINES_PER_SECOND = 15;

  /**
   * @param length how long the traffic runs; null: until the end is requested
   * @param customers of the population that is made at the first start
   * @param comments per customer, on average
   * @param rate transactions of the app per second; 0 for none
   * @param folder where the data stays; null: in a temporary one
   * @param clock what the business clock shows when the traffic begins; null: where it stood last
   *     time, this evening at first
   * @param speed business seconds per second, above 0
   */
  public record Options(
      Duration length,
      int customers,
      double comments,
      double rate,
      long seed,
      Path folder,
      Instant clock,
      double speed) {}

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
  private final Monitoring monitoring;
  private final Stop stop;
  private final Report report;
  private Settings settings;
  private ZoneId zone;
  private PlayedApp app;
  private LiveView view;

  public Demo(
      Options options,
      Map<String, String> environment,
      Terminal terminal,
      Monitoring monitoring,
      Stop stop) {
    this.options = options;
    this.environment = environment;
    this.terminal = terminal;
    this.monitoring = monitoring;
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
      settings = DemoSettings.of(platform.settings(environment), options.speed());
      zone = BusinessTime.zone(settings);
      app = PlayedApp.over(platform, options, zone, terminal);
      view = new LiveView(terminal, app.names(), zone, LINES_PER_SECOND);
      platform.fcm().onAccepted(view::accepted);
      return runPipeline(platform);
    }
  }

  private boolean runPipeline(EmbeddedPlatform platform) throws InterruptedException, SQLException {
    KafkaConfig kafka = KafkaConfig.from(settings);
    AppTables tables = AppTables.from(settings);
    Topics topics = new Topics(kafka, tables);
    topics.ensure();
    long begin = System.nanoTime();
    SettledFeed feed = SettledFeed.start(kafka, topics, view);
    terminal.working("parts", "starting …");
    try (Pipeline pipeline =
            Pipeline.start(settings, monitoring.registry(), app.clock(), stop::fail);
        LedgerCount ledger = new LedgerCount(platform.postgres().connect(), tables);
        Drain drain = new Drain(platform.database(), kafka, tables)) {
      terminal.done("parts", "%s at work after %s".formatted(pipeline, seconds(begin)));
      pipeline
          .console()
          .ifPresent(
              console -> terminal.done("console", DemoSettings.withToken(console, settings)));
      monitoring.watch(pipeline);
      monitoring.address().ifPresent(address -> terminal.done("metrics", address + "/metrics"));
      terminal.done("business clock", described());
      if (!historySettled(drain, ledger, begin)) {
        terminal.line("Ended before the history was settled: nothing to sum up.");
        return true;
      }
      return live(platform, pipeline, drain, tables);
    } finally {
      feed.close();
    }
  }

  /** From here on the clock runs, and everything is shown. */
  private boolean live(EmbeddedPlatform platform, Pipeline pipeline, Drain drain, AppTables tables)
      throws InterruptedException, SQLException {
    Totals history = view.totals();
    view.show();
    try (JobBoard board =
        JobBoard.start(platform.postgres().connect(), tables, zone, Instant.now(), view)) {
      app.clock().run();
      long actions = runTraffic(platform);
      pipeline.stop(Part.SCHEDULER_BRIDGE); // its ticks would never let the topics come to rest
      app.rememberTheTime();
      boolean drained = drained(drain);
      List<JobRun> runs = board.end();
      report.summary(history, view.totals(), actions);
      report.jobs(runs, zone);
      return audit(platform, tables) && drained;
    }
  }

  private String described() {
    return "%s (%s), then %s times as fast as the machine's"
        .formatted(
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm")
                .format(app.clock().instant().atZone(zone)),
            zone,
            NumberFormat.getInstance(Locale.ROOT).format(options.speed()));
  }

  private boolean audit(EmbeddedPlatform platform, AppTables tables) throws SQLException {
    try (Connection connection = platform.postgres().connect()) {
      AuditReport audit = Audit.run(connection, tables, AuditConfig.from(settings));
      report.audit(audit);
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
    Thread traffic = new Thread(() -> drive(platform, over, actions), "app");
    if (options.rate() > 0) {
      traffic.start();
    }
    long begin = System.nanoTime();
    boolean requested = stop.isRequested();
    while (!requested && !left(begin).isZero()) {
      Duration left = left(begin);
      requested = stop.await(left.compareTo(TOTALS_EVERY) < 0 ? left : TOTALS_EVERY);
      Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
      report.totals(
          elapsed,
          app.clock().instant().atZone(zone),
          view.totals(),
          actions.get(),
          view.leftOut());
    }
    over.set(true);
    traffic.join();
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
      new TrafficDriver(platform.database(), app.traffic())
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
