package app.goalgpt.benchmarks.pipeline;

import app.goalgpt.connectors.Jobs;
import app.goalgpt.connectors.JobsConfig;
import app.goalgpt.connectors.Migrations;
import app.goalgpt.connectors.capture.Capture;
import app.goalgpt.connectors.capture.CaptureConfig;
import app.goalgpt.connectors.ledger.Ledger;
import app.goalgpt.connectors.ledger.LedgerConfig;
import app.goalgpt.embedded.fcm.AcceptedMessage;
import app.goalgpt.embedded.fcm.FakeFcmServer;
import app.goalgpt.embedded.fcm.Script;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Topics;
import app.goalgpt.notifier.Notifier;
import app.goalgpt.notifier.NotifierConfig;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.topology.RewardsApp;
import app.goalgpt.topology.TopologyConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This system as it ships: capture, topology, ledger with its jobs, notifier, and a fake FCM server
 * for the notifier to speak to, all with their default settings. Ticks come from the benchmarks.
 */
public final class WholeSystem implements Pipeline {
  private static final Logger LOG = LoggerFactory.getLogger(WholeSystem.class);

  private final Settings settings;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Optional<FakeFcmServer> fcm;
  private final RewardsApp topology;
  private final Ledger ledger;
  private final Jobs jobs;
  private final Optional<Notifier> notifier;
  private final GroupLag progress;
  private final String comments;
  private MeterRegistry captureRegistry;
  private Capture capture;
  private Instant captureStart;

  private WholeSystem(Stage stage, Optional<FakeFcmServer> fcm) {
    this.fcm = fcm;
    settings = stage.settings().with(fcm.map(FakeFcmServer::settings).orElse(Map.of()));
    TopologyConfig config = TopologyConfig.from(settings);
    topology = RewardsApp.start(config, registry, WholeSystem::fatal);
    ledger = Ledger.start(LedgerConfig.from(settings), registry, WholeSystem::fatal);
    jobs = Jobs.start(JobsConfig.from(settings), Clock.systemUTC(), registry, WholeSystem::fatal);
    notifier =
        fcm.map(
            server -> Notifier.start(NotifierConfig.from(settings), registry, WholeSystem::fatal));
    Topics topics = new Topics(config.kafka(), config.tables());
    comments = topics.changes(AppTable.MATCH_COMMENTS);
    progress =
        new GroupLag(
            config.kafka(),
            RewardsApp.applicationId(config),
            Arrays.stream(AppTable.values())
                .filter(AppTable::isCaptured)
                .map(topics::changes)
                .toList());
    startCapture();
  }

  /** Starts all of it; the first thing it does is to read the tables. */
  public static WholeSystem start(Stage stage, Consumer<AcceptedMessage> onPush) {
    migrate(stage);
    FakeFcmServer fcm = FakeFcmServer.start(1, Script.deadTokens());
    fcm.onAccepted(onPush);
    return new WholeSystem(stage, Optional.of(fcm));
  }

  /**
   * The same without notifier and FCM: pushes stay on their topic. For what is about rewards, on a
   * machine that FCM's side of so many pushes would fill.
   */
  public static WholeSystem withoutPushes(Stage stage) {
    migrate(stage);
    return new WholeSystem(stage, Optional.empty());
  }

  /** What it adds to a database; harmless to repeat. */
  public static void migrate(Stage stage) {
    Migrations.migrate(DatabaseConfig.from(stage.settings()), AppTables.from(stage.settings()));
  }

  private static void fatal(Throwable failure) {
    LOG.error("a part of the system stopped for good", failure);
  }

  @Override
  public String name() {
    return "this system";
  }

  @Override
  public String rewardsSql() {
    return "SELECT cause_row_id AS cause, xmin AS xid FROM reward_ledger";
  }

  @Override
  public String slot() {
    return CaptureConfig.from(settings).slot();
  }

  @Override
  public long settled() {
    return (long)
        registry.find("goalgpt.ledger.settled").counters().stream()
            .mapToDouble(Counter::count)
            .sum();
  }

  @Override
  public long passed() {
    return progress.committed(comments);
  }

  /**
   * Everything captured has been processed. What the ledger has yet to settle becomes changes, too.
   */
  @Override
  public boolean isIdle() {
    return progress.lag() == 0;
  }

  /** When capture was started the last time; the first time it reads all tables. */
  public Instant captureStart() {
    return captureStart;
  }

  /** Pushes that the fake FCM server has taken. */
  public long pushes() {
    return fcm.map(FakeFcmServer::acceptedCount).orElse(0L);
  }

  @Override
  public void stopCapture() {
    capture.close();
    capture = null;
  }

  @Override
  public void startCapture() {
    captureStart = Instant.now();
    captureRegistry = new SimpleMeterRegistry(); // a registry keeps its first gauges for ever
    capture = Capture.start(CaptureConfig.from(settings), captureRegistry, WholeSystem::fatal);
  }

  @Override
  public void close() {
    if (capture != null) {
      capture.close();
    }
    notifier.ifPresent(Notifier::close);
    jobs.close();
    ledger.close();
    topology.close();
    progress.close();
    fcm.ifPresent(FakeFcmServer::close);
  }
}
