package app.goalgpt.connectors.capture;

import app.goalgpt.messages.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Postgres's changes onto the change topics, one topic per table: first every row there is, then
 * every change, each at least once and none left out.
 *
 * <p>The replication slot is the position. It is created before the first row is read, it moves on
 * only over changes that Kafka has acknowledged, and streaming always starts from it. That the
 * snapshot was completed is remembered in a {@link CaptureMarker}; one that was interrupted starts
 * over. Whatever is away for a while is waited for, without end.
 *
 * <p>Several may run for one slot: one works, the others wait to take over.
 */
public final class Capture implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Capture.class);
  private static final Duration FIRST_DELAY = Duration.ofMillis(250);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);
  private static final Duration STANDBY_LOOK = Duration.ofSeconds(1);

  /** A heartbeat shows up with the next one; of one more there is no doubt. */
  private static final int SILENT_BEATS = 3;

  private final CaptureConfig config;
  private final Consumer<Throwable> onFatal;
  private final Topics topics;
  private final CaptureMarkers markers;
  private final CaptureMetrics metrics;
  private final EngineProperties engineProperties;
  private final SlotWatch slotWatch;
  private final Clock clock = Clock.systemUTC();
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  // Beside the interrupt that ends a wait at once: an interrupt alone may be swallowed on its way.
  private final CompletableFuture<Void> stopRequested = new CompletableFuture<>();
  private final Thread supervisor = new Thread(this::supervise, "capture");
  private boolean topicsEnsured;
  private boolean resnapshotDue;
  private volatile boolean waitingAsStandby;
  private volatile String interruption;
  private int troubles;

  private Capture(CaptureConfig config, MeterRegistry registry, Consumer<Throwable> onFatal) {
    this.config = config;
    this.onFatal = onFatal;
    this.topics = new Topics(config.kafka(), config.tables());
    this.markers = new CaptureMarkers(config.kafka(), topics);
    this.metrics = new CaptureMetrics(registry, clock);
    this.slotWatch = new SlotWatch(config, registry);
    this.engineProperties = new EngineProperties(config);
    this.resnapshotDue = config.resnapshot();
  }

  /**
   * Starts to capture and returns when the snapshot or the stream runs, or another capture has the
   * slot and this one waits to take over. Waits for a database or a broker that is away.
   *
   * @param onFatal called once if, later on, capture can never go on
   * @throws CaptureRefusedException when it cannot start, saying what to do
   */
  public static Capture start(
      CaptureConfig config, MeterRegistry registry, Consumer<Throwable> onFatal) {
    Capture capture = new Capture(config, registry, onFatal);
    capture.supervisor.start();
    capture.slotWatch.start();
    try {
      capture.started.get();
      return capture;
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      capture.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while capture was starting", e);
    }
  }

  private void supervise() {
    try {
      while (!stopRequested.isDone()) {
        try {
          capture();
          interruption = null;
        } catch (CaptureRefusedException e) {
          refuse(e);
          return;
        } catch (SQLException | ExecutionException | RuntimeException e) {
          awaitNextTry(e);
        } finally {
          metrics.streaming(false);
          metrics.snapshotRunning(false);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("Capture was interrupted in order to stop");
    }
    LOG.info("Capture has stopped");
  }

  /** One life: until trouble. Returns early when another capture has the slot. */
  private void capture() throws SQLException, ExecutionException, InterruptedException {
    ensureTopics();
    try (Source source = Source.open(config)) {
      if (isTaken(source)) {
        return;
      }
      Optional<CaptureMarker> marker = markers.read(config.slot());
      if (resnapshotDue && marker.isPresent()) {
        source.checkResnapshot(marker.get());
        // From here on the new snapshot is the one that must be completed.
        markers.forget(config.slot());
        marker = Optional.empty();
      }
      resnapshotDue = false;
      if (marker.isPresent()) {
        source.resumeSlot(marker.get());
      } else {
        snapshot(source);
      }
    }
    stream();
  }

  private void ensureTopics() {
    if (!topicsEnsured) {
      try {
        topics.ensure();
      } catch (IllegalStateException e) {
        // Without a cause it is about the topics, not about the way to the broker.
        throw e.getCause() == null ? new CaptureRefusedException(e.getMessage()) : e;
      }
      topicsEnsured = true;
    }
  }

  /** Another capture at work is no trouble: this one is its standby. */
  private boolean isTaken(Source source) throws SQLException, InterruptedException {
    Integer holder = source.slot().map(ReplicationSlot::activePid).orElse(null);
    if (holder == null && source.isAlone()) {
      waitingAsStandby = false;
      return false;
    }
    if (!waitingAsStandby) {
      waitingAsStandby = true;
      LOG.info(
          "Slot {} of {} is in use{}; waiting to take over",
          config.slot(),
          config.database(),
          holder == null ? " by another capture's snapshot" : " by server process " + holder);
    }
    interruption = null;
    started.complete(null);
    pause(STANDBY_LOOK.toMillis());
    return true;
  }

  /**
   * Why no change comes by this instance now; empty when changes do, or another instance has the
   * slot. The heartbeat writes a row where the app writes none, so there is always something to
   * read.
   */
  public Optional<String> trouble() {
    if (interruption != null) {
      return Optional.of("interrupted: " + interruption);
    }
    Duration silence = metrics.silence();
    return waitingAsStandby || silence.compareTo(config.heartbeat().multipliedBy(SILENT_BEATS)) <= 0
        ? Optional.empty()
        : Optional.of("nothing was read for %d s".formatted(silence.toSeconds()));
  }

  /** Why it never will go on; empty otherwise. */
  public Optional<String> stuck() {
    return supervisor.isAlive() ? Optional.empty() : Optional.of("capture's thread has ended");
  }

  private void snapshot(Source source)
      throws SQLException, ExecutionException, InterruptedException {
    ReplicationSlot slot = source.prepareSlot();
    LOG.info("Reading all captured tables of {}", config.database());
    long begin = System.nanoTime();
    CompletableFuture<Void> completed = new CompletableFuture<>();
    try (ChangePublisher publisher = publisher(() -> completed.complete(null));
        EngineRun run =
            new EngineRun(
                engineProperties.snapshot(),
                publisher,
                () -> {
                  interruption = null;
                  metrics.readSomething();
                  metrics.snapshotRunning(true);
                  started.complete(null);
                })) {
      run.awaitEndOr(CompletableFuture.anyOf(completed, stopRequested));
    }
    if (!completed.isDone()) {
      if (stopRequested.isDone()) {
        return;
      }
      throw new IllegalStateException("Debezium ended before the snapshot was completed");
    }
    markers.write(source.marker(slot, clock.instant()));
    metrics.snapshotRunning(false);
    LOG.info(
        "Read all captured tables in {} s",
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
  }

  private void stream() throws ExecutionException, InterruptedException {
    if (stopRequested.isDone()) {
      return;
    }
    try (ChangePublisher publisher = publisher(() -> {});
        EngineRun run = new EngineRun(engineProperties.stream(), publisher, this::streaming)) {
      run.awaitEndOr(stopRequested);
    }
    if (!stopRequested.isDone()) {
      throw new IllegalStateException("Debezium ended without saying why");
    }
  }

  private void streaming() {
    interruption = null;
    metrics.readSomething();
    LOG.info("Streaming changes from slot {} of {}", config.slot(), config.database());
    metrics.streaming(true);
    troubles = 0;
    started.complete(null);
  }

  private ChangePublisher publisher(Runnable onSnapshotCompleted) {
    return new ChangePublisher(config.kafka(), topics, metrics, clock, onSnapshotCompleted);
  }

  private void refuse(CaptureRefusedException e) {
    slotWatch.close();
    if (!started.completeExceptionally(e)) {
      LOG.error("Capture cannot go on: {}", e.getMessage());
      onFatal.accept(e);
    }
  }

  private void awaitNextTry(Exception trouble) throws InterruptedException {
    if (stopRequested.isDone()) {
      return;
    }
    metrics.restarted();
    interruption = reason(trouble);
    long longest =
        Math.min(LONGEST_DELAY.toMillis(), FIRST_DELAY.toMillis() << Math.min(troubles++, 10));
    long delay = longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2);
    LOG.warn("Capture is interrupted: {}; trying again in {} ms", reason(trouble), delay);
    LOG.debug("The trouble in full", trouble);
    pause(delay);
  }

  private void pause(long millis) throws InterruptedException {
    try {
      stopRequested.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.trace("the pause is over");
    }
  }

  /** The innermost message that says something: Debezium and Kafka wrap theirs several times. */
  private static String reason(Throwable trouble) {
    String reason = trouble.toString();
    for (Throwable cause = trouble; cause != null; cause = cause.getCause()) {
      reason = cause.getMessage() == null ? reason : cause.getMessage();
    }
    return reason.strip().lines().findFirst().orElse(reason);
  }

  /** Stops at once; the slot stays confirmed up to what Kafka has acknowledged. */
  @Override
  public void close() {
    stopRequested.complete(null);
    slotWatch.close();
    supervisor.interrupt();
    try {
      supervisor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
