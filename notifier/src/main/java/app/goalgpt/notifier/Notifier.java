package app.goalgpt.notifier;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes from Kafka to FCM, and a delivery for each back to Kafka: at least once, and after a crash
 * only what was under way once more. Several instances share the partitions.
 */
public final class Notifier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
  private static final Duration START = Duration.ofMinutes(2);

  private final NotifierConfig config;
  private final Timekeeper time;
  private final FcmGateway gateway;
  private final Outcomes outcomes;
  private final PushReader reader;
  private final SharedPauses pauses;
  private final Thread thread;
  private final ExecutorService hearing =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "notifier-answers");
            thread.setDaemon(true);
            return thread;
          });

  private Notifier(
      NotifierConfig config,
      MeterRegistry registry,
      Timekeeper time,
      FcmGateway gateway,
      Consumer<Throwable> onFatal) {
    this.config = config;
    this.time = time;
    this.gateway = gateway;
    NotifierMeters meters = new NotifierMeters(registry);
    AtomicBoolean told = new AtomicBoolean();
    Consumer<Throwable> once =
        failure -> {
          if (told.compareAndSet(false, true)) {
            LOG.error("the notifier cannot go on: {}", failure.getMessage());
            onFatal.accept(failure);
          }
        };
    this.outcomes = new Outcomes(config, time, meters, once);
    RetryPolicy retries =
        new RetryPolicy(
            config.firstRetry(),
            config.longestRetry(),
            () -> ThreadLocalRandom.current().nextDouble());
    Sender sender =
        new Sender(
            gateway,
            retries,
            config.concurrency(),
            new Budget(config.quota(), config.rampUp()),
            config.kindness(),
            time,
            meters,
            hearing,
            new Hearing());
    this.reader = new PushReader(config, sender, outcomes, meters, time, once);
    this.pauses = new SharedPauses(config, sender, outcomes, meters);
    gauges(meters, sender);
    this.thread = new Thread(reader, "notifier");
  }

  private void gauges(NotifierMeters meters, Sender sender) {
    for (Push.Lane lane : Push.Lane.values()) {
      meters.gauge("held", () -> sender.held(lane), "lane", lane.name());
    }
    meters.gauge("in.flight", sender::underWay);
    meters.gauge("window", sender::window);
    meters.gauge("budget", () -> sender.budget(Budget::share));
    meters.gauge("budget.rate", () -> sender.budget(Budget::rate));
    meters.gauge("budget.used", () -> sender.budget(budget -> budget.usedPart(time.now())));
  }

  /**
   * Starts and waits until it has joined its group.
   *
   * @param onFatal called once when this instance can never go on
   * @throws IllegalStateException when the topics do not fit, or the broker does not answer
   * @throws app.goalgpt.settings.SettingException when the service account cannot be read
   */
  public static Notifier start(
      NotifierConfig config, MeterRegistry registry, Consumer<Throwable> onFatal) {
    Clock clock = Clock.systemUTC();
    return start(config, registry, Timekeeper.system(clock), clock, onFatal);
  }

  static Notifier start(
      NotifierConfig config,
      MeterRegistry registry,
      Timekeeper time,
      Clock clock,
      Consumer<Throwable> onFatal) {
    new Topics(config.kafka(), config.tables()).ensure();
    FcmGateway gateway = FcmHttpGateway.open(config.fcm(), config.concurrency(), false, clock);
    Notifier notifier = new Notifier(config, registry, time, gateway, onFatal);
    try {
      notifier.pauses.start(START);
    } catch (IllegalStateException e) {
      notifier.close();
      throw e;
    }
    notifier.thread.start();
    notifier.awaitStart();
    return notifier;
  }

  private void awaitStart() {
    try {
      if (reader.assigned().await(START.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.info("sends pushes to {}", config.fcm().endpoint().map(Object::toString).orElse("FCM"));
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
    throw new IllegalStateException("the notifier did not join its group within " + START);
  }

  /** Writes what becomes of pushes; only then is one done with. */
  private final class Hearing implements Sender.Listener {
    @Override
    public void finished(PushInFlight push) {
      Instant now = time.now();
      CompletableFuture<Void> written =
          outcomes.write(push.delivery(now), push.partition().partition());
      if (push.payloadFault() != null) {
        CompletableFuture<Void> letter =
            outcomes.write(DeadLetters.of(push, push.payloadFault(), now));
        written = CompletableFuture.allOf(written, letter);
      }
      written.thenRun(() -> reader.finished(push));
    }

    @Override
    public void noted(PushInFlight push, Delivery soFar) {
      outcomes.write(soFar, push.partition().partition());
    }

    @Override
    public void paused(Instant until) {
      pauses.tell(until);
    }
  }

  /** Why no push is sent now; empty when what comes is. */
  public Optional<String> trouble() {
    return reader.trouble();
  }

  /** Why it never will again; empty otherwise. */
  public Optional<String> stuck() {
    return thread.isAlive() ? Optional.empty() : Optional.of("the notifier's thread has ended");
  }

  /** Stops as kill -9 would: what is under way is neither waited for nor written down. */
  void kill() {
    reader.kill();
    outcomes.close();
    close();
  }

  /** Waits for the answers under way, commits, leaves the group. */
  @Override
  public void close() {
    reader.stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pauses.close();
    gateway.close();
    hearing.shutdown();
    outcomes.close();
    time.close();
  }
}
