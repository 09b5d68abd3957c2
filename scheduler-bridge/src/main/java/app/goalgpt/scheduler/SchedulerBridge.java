package app.goalgpt.scheduler;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the jobs' schedules into ticks. Any number of instances may run; one speaks. Each
 * occurrence is sent once, or what became of it is remembered, through stops of any length, clocks
 * that jump and days on which they are put forward or back.
 */
public final class SchedulerBridge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerBridge.class);
  private static final Duration START = Duration.ofMinutes(2);

  private final Election election;
  private final Thread thread;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  private SchedulerBridge(
      SchedulerBridgeConfig config,
      MeterRegistry registry,
      Clock businessClock,
      Consumer<Throwable> onFatal) {
    AtomicBoolean told = new AtomicBoolean();
    Consumer<Throwable> once =
        fatal -> {
          if (told.compareAndSet(false, true)) {
            failure.set(fatal);
            LOG.error("the scheduler bridge cannot go on: {}", fatal.getMessage());
            onFatal.accept(fatal);
          }
        };
    SchedulerMeters meters = new SchedulerMeters(registry);
    meters.schedules(config.table(), businessClock);
    this.election = new Election(config, businessClock, Clock.systemUTC(), meters, once);
    this.thread = new Thread(election, "scheduler-bridge");
  }

  /**
   * Starts and waits until it speaks or another instance does. At the very first start schedules
   * begin now; later starts go on from the last ticks sent.
   *
   * @param businessClock says when something is due; what the ticks say about when they were sent
   *     is the machine's clock
   * @param onFatal called once when this instance can never go on
   * @throws IllegalStateException when the topics do not fit, or the broker does not answer
   */
  public static SchedulerBridge start(
      SchedulerBridgeConfig config,
      MeterRegistry registry,
      Clock businessClock,
      Consumer<Throwable> onFatal) {
    config.topics().ensure();
    SchedulerBridge bridge = new SchedulerBridge(config, registry, businessClock, onFatal);
    bridge.thread.start();
    bridge.awaitStart();
    return bridge;
  }

  private void awaitStart() {
    long deadline = System.nanoTime() + START.toNanos();
    try {
      while (System.nanoTime() < deadline && failure.get() == null) {
        if (election.atWork().await(100, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
    throw new IllegalStateException(
        "the scheduler bridge did not join its group within " + START, failure.get());
  }

  /** Why no tick would be sent now; empty when it would, or another instance sends them. */
  public Optional<String> trouble() {
    return election.trouble();
  }

  /** Why it never will again; empty otherwise. */
  public Optional<String> stuck() {
    return thread.isAlive()
        ? Optional.empty()
        : Optional.of("the scheduler bridge's thread has ended");
  }

  /** Stops after what it is sending; another instance speaks at once. */
  @Override
  public void close() {
    election.stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
