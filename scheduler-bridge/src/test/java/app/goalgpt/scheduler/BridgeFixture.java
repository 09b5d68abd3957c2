package app.goalgpt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import app.goalgpt.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Bridges of their own topics, over a real broker, by clocks that the test moves. */
final class BridgeFixture implements AutoCloseable {
  static final int PARTITIONS = 3;
  final AtomicReference<Throwable> fatal = new AtomicReference<>();
  private final EmbeddedKafka kafka;
  private final Map<String, String> settings = new HashMap<>();
  private final List<SchedulerBridge> running = new ArrayList<>();

  BridgeFixture(EmbeddedKafka kafka) {
    this.kafka = kafka;
    settings.putAll(kafka.settings());
    settings.put("TOPIC_PREFIX", "t" + UUID.randomUUID().toString().substring(0, 8));
    settings.put("TOPIC_PARTITIONS", Integer.toString(PARTITIONS));
    settings.put("BUSINESS_ZONE", "Europe/Istanbul");
  }

  BridgeFixture with(String name, String value) {
    settings.put(name, value);
    return this;
  }

  SchedulerBridgeConfig config() {
    return SchedulerBridgeConfig.from(Settings.of(settings));
  }

  Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  SchedulerBridge start(Clock clock) {
    return start(clock, new SimpleMeterRegistry());
  }

  SchedulerBridge start(Clock clock, MeterRegistry registry) {
    SchedulerBridge bridge = SchedulerBridge.start(config(), registry, clock, fatal::set);
    running.add(bridge);
    return bridge;
  }

  void stop(SchedulerBridge bridge) {
    running.remove(bridge);
    bridge.close();
  }

  /** A broker that is slow to answer a short patience of the bridge's is asked again. */
  static ConditionFactory await() {
    return Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptionsInstanceOf(KafkaException.class);
  }

  /** The committed ticks of each partition, in order. */
  Map<Integer, List<Tick>> byPartition() {
    Map<Integer, List<Tick>> ticks = new TreeMap<>();
    IntStream.range(0, PARTITIONS).forEach(partition -> ticks.put(partition, new ArrayList<>()));
    kafka
        .committed(config().topics().name(Topic.TICKS))
        .forEach(
            record -> ticks.get(record.partition()).add(Json.read(record.value(), Tick.class)));
    return ticks;
  }

  /**
   * The ticks as {@code job instant}, after seeing that every partition has the same ones. A look
   * while the bridge speaks may find a tick on one partition and not yet on the next, hence again
   * until they agree.
   */
  List<String> ticks() {
    AtomicReference<List<Tick>> agreed = new AtomicReference<>();
    await()
        .untilAsserted(
            () -> {
              Map<Integer, List<Tick>> ticks = byPartition();
              assertThat(ticks.values())
                  .allSatisfy(copies -> assertThat(copies).isEqualTo(ticks.get(0)));
              agreed.set(ticks.get(0));
            });
    return agreed.get().stream().map(tick -> tick.job() + " " + tick.plannedAt()).toList();
  }

  /** Of one job, the planned instants. */
  List<Instant> ticks(Job job) {
    return ticks().stream()
        .filter(tick -> tick.startsWith(job.specName() + " "))
        .map(tick -> Instant.parse(tick.split(" ")[1]))
        .toList();
  }

  /** Waits until every job is dealt with up to then. */
  void awaitDealtWith(Instant now) {
    await()
        .untilAsserted(
            () ->
                assertThat(JobOverview.all(config(), now))
                    .noneMatch(job -> !job.due().isAfter(now)));
  }

  @Override
  public void close() {
    List.copyOf(running).forEach(this::stop);
    assertThat(fatal.get()).isNull();
  }
}
