package app.goalgpt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.Job;
import app.goalgpt.messages.JobSwitch;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Jobs that people switch on and off while the bridge runs. */
class JobSwitchesTest extends BridgesOverOneBroker {
  private static final Job JOB = Job.SCHEDULED_NOTIFICATIONS;
  private static final Instant NOON = Instant.parse("2026-11-21T09:00:30Z");

  /** Returns when the broker has it; null takes the switch back. */
  private void write(byte[] value) throws ExecutionException, InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            bridges.config().kafka().clientProperties(),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      String topic = bridges.config().topics().name(Topic.JOB_SWITCHES);
      byte[] key = JOB.specName().getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    }
  }

  private void turn(boolean on) throws ExecutionException, InterruptedException {
    write(Json.write(new JobSwitch(JOB.specName(), on, Instant.now(), "tester")));
  }

  private JobOverview overview(Instant now) {
    return JobOverview.all(bridges.config(), now).stream()
        .filter(line -> line.job() == JOB)
        .findFirst()
        .orElseThrow();
  }

  private static double due(MeterRegistry registry) {
    return SchedulerMetersTest.due(registry, JOB.specName());
  }

  @Test
  void whatIsSwitchedOffBeforeItIsDueIsNotSentAndNotMadeUpFor() throws Exception {
    MovableClock clock = new MovableClock(NOON);
    SchedulerBridge bridge = bridges.start(clock);
    clock.move(Duration.ofMinutes(1));
    bridges.awaitDealtWith(clock.instant());

    turn(false);
    clock.move(Duration.ofMinutes(1)); // due the moment after the switch was acknowledged
    bridges.awaitDealtWith(clock.instant());
    assertThat(overview(clock.instant()).enabled()).isFalse();
    assertThat(overview(clock.instant()).switched().by()).isEqualTo("tester");

    bridges.stop(bridge);
    bridges.start(clock); // a restart forgets nothing
    clock.move(Duration.ofMinutes(1));
    bridges.awaitDealtWith(clock.instant());
    turn(true);
    clock.move(Duration.ofMinutes(1));
    bridges.awaitDealtWith(clock.instant());

    Instant first = Instant.parse("2026-11-21T09:01:00Z");
    assertThat(bridges.ticks(JOB)).containsExactly(first, first.plusSeconds(180));
  }

  @Test
  void aSwitchOutweighsTheSettingUntilItIsTakenBack() throws Exception {
    bridges.with("JOB_SCHEDULED_NOTIFICATIONS_ENABLED", "false");
    MovableClock clock = new MovableClock(NOON);
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    bridges.start(clock, registry);
    turn(true);
    clock.move(Duration.ofMinutes(1));
    bridges.awaitDealtWith(clock.instant());
    Instant first = Instant.parse("2026-11-21T09:01:00Z");
    assertThat(due(registry)).isEqualTo(first.getEpochSecond()); // an alert watches it now
    write("nonsense".getBytes(StandardCharsets.UTF_8)); // changes nothing
    clock.move(Duration.ofMinutes(1));
    bridges.awaitDealtWith(clock.instant());
    write(null);
    clock.move(Duration.ofMinutes(1));
    bridges.awaitDealtWith(clock.instant());

    assertThat(due(registry)).isNaN();
    assertThat(bridges.ticks(JOB)).containsExactly(first, first.plusSeconds(60));
    assertThat(overview(clock.instant()).enabled()).isFalse();
    assertThat(overview(clock.instant()).switched()).isNull();
  }
}
