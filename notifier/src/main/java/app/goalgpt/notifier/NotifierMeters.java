package app.goalgpt.notifier;

import app.goalgpt.messages.LatencyBuckets;
import app.goalgpt.messages.Push;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people watch: counters of messages (one device of one push each), and log lines for what
 * somebody must act on, at most one a minute and reason.
 */
final class NotifierMeters {
  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
  private static final Duration BETWEEN_ALARMS = Duration.ofMinutes(1);

  private final MeterRegistry registry;
  private final Map<Push.Lane, Timer> committedToAccepted = new EnumMap<>(Push.Lane.class);
  private final Map<Push.Lane, Counter> accepted = new EnumMap<>(Push.Lane.class);
  private final Map<Push.Lane, Counter> expired = new EnumMap<>(Push.Lane.class);
  private final Map<Push.Lane, Counter> repeated = new EnumMap<>(Push.Lane.class);
  private final Counter repeatsSkipped;
  private final Counter deadLetters;
  private final Counter kafkaTroubles;
  private final Counter pauses;
  private final Map<String, Instant> alarmedAt = new ConcurrentHashMap<>();

  NotifierMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Push.Lane lane : Push.Lane.values()) {
      committedToAccepted.put(
          lane,
          Timer.builder("goalgpt.notifier.commit.to.accepted")
              .description("from the commit of the causing row to FCM's acceptance")
              .tag("lane", lane.name())
              .serviceLevelObjectives(LatencyBuckets.bounds())
              .register(registry));
      accepted.put(lane, registry.counter("goalgpt.notifier.accepted", "lane", lane.name()));
      expired.put(lane, registry.counter("goalgpt.notifier.expired", "lane", lane.name()));
      repeated.put(lane, registry.counter("goalgpt.notifier.repeated", "lane", lane.name()));
    }
    this.repeatsSkipped = registry.counter("goalgpt.notifier.repeats.skipped");
    this.deadLetters = registry.counter("goalgpt.dead.letters", "step", DeadLetters.STEP);
    this.kafkaTroubles = registry.counter("goalgpt.notifier.kafka.troubles");
    this.pauses = registry.counter("goalgpt.notifier.pauses");
  }

  /** A client's own metrics, for as long as it lives. */
  KafkaClientMetrics watch(Producer<?, ?> producer) {
    return bound(new KafkaClientMetrics(producer));
  }

  KafkaClientMetrics watch(Consumer<?, ?> consumer) {
    return bound(new KafkaClientMetrics(consumer));
  }

  private KafkaClientMetrics bound(KafkaClientMetrics watch) {
    watch.bindTo(registry);
    return watch;
  }

  void gauge(String name, Supplier<Number> value, String... tags) {
    Gauge.builder("goalgpt.notifier." + name, value)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  void accepted(Push.Lane lane, Duration sinceCommit) {
    accepted.get(lane).increment();
    committedToAccepted.get(lane).record(sinceCommit);
  }

  void failed(String reason) {
    registry.counter("goalgpt.notifier.failed", "reason", reason).increment();
  }

  void expired(Push.Lane lane) {
    expired.get(lane).increment();
  }

  void retried(String reason) {
    registry.counter("goalgpt.notifier.retried", "reason", reason).increment();
  }

  /** A push that was read but had been sent before. */
  void repeatSkipped() {
    repeatsSkipped.increment();
  }

  /** Sent though somebody who is gone may have sent it: the price of losing nothing. */
  void repeated(Push.Lane lane) {
    repeated.get(lane).increment();
  }

  void deadLetter() {
    deadLetters.increment();
  }

  void kafkaTrouble() {
    kafkaTroubles.increment();
  }

  void slowedDown(Duration pause, int window) {
    pauses.increment();
    LOG.warn(
        "FCM's quota is used up: nothing is sent for {} s, then at most {} requests at once",
        pause.toSeconds(),
        window);
  }

  void pausedToo(Instant until) {
    LOG.warn("FCM asked another notifier for a pause: nothing is sent until {}", until);
  }

  /** Pushes fail until somebody sets something right. */
  void alarm(String reason, Instant now) {
    registry.counter("goalgpt.notifier.alarms", "reason", reason).increment();
    Instant last = alarmedAt.get(reason);
    if (last == null || !now.isBefore(last.plus(BETWEEN_ALARMS))) {
      alarmedAt.put(reason, now);
      LOG.error("FCM refuses pushes with {}: {}", reason, advice(reason));
    }
  }

  private static String advice(String reason) {
    return switch (reason) {
      case "SENDER_ID_MISMATCH" ->
          "tokens belong to another Firebase project than the service account's";
      case "THIRD_PARTY_AUTH_ERROR", "APNS_AUTH_ERROR" ->
          "the APNs key or the web push key in the Firebase project is missing or has expired";
      case FcmAnswer.NO_CREDENTIALS ->
          "there is no access token: the service account's key is wrong, or Google is out of reach";
      case "HTTP_401" -> "it does not accept our access token: check the service account's key";
      case "HTTP_403" ->
          "the service account may not send: give it the role Firebase Cloud Messaging API Admin";
      case "HTTP_404" -> "it does not know the project: check FCM_PROJECT_ID";
      default -> "check the Firebase project";
    };
  }
}
