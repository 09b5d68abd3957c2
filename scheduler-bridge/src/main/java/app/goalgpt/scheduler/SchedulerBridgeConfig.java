package app.goalgpt.scheduler;

import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * @param tables what the app's tables are called: topics are named after them
 * @param table the jobs, when they are due and what becomes of missed ticks
 * @param session how long after an instance's last sign of life another one speaks
 * @param fromNow whether to forget what was sent and to begin all schedules now, as at the first
 *     start: for a clock that had run ahead, behind which the bridge would stay silent
 */
public record SchedulerBridgeConfig(
    KafkaConfig kafka,
    AppTables tables,
    List<JobSchedule> table,
    Duration session,
    boolean fromNow) {
  public SchedulerBridgeConfig {
    table = List.copyOf(table);
  }

  /**
   * Reads the settings of {@link KafkaConfig}, {@link AppTables} and {@link JobTable}, and
   * SCHEDULER_SESSION and SCHEDULER_FROM_NOW.
   */
  public static SchedulerBridgeConfig from(Settings settings) {
    return new SchedulerBridgeConfig(
        KafkaConfig.from(settings),
        AppTables.from(settings),
        JobTable.from(settings),
        settings.duration(
            "SCHEDULER_SESSION",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5)),
        settings.flag("SCHEDULER_FROM_NOW", false));
  }

  Topics topics() {
    return new Topics(kafka, tables);
  }

  /** The consumer group that elects, and the transactional id that fences. */
  String groupId() {
    return kafka.topicPrefix() + "-scheduler-bridge";
  }

  /** Of the member that hopes to speak. It reads nothing but its own memory's topic. */
  Map<String, Object> electionProperties() {
    Map<String, Object> properties = readerProperties();
    properties.put("group.id", groupId());
    properties.put("client.id", groupId());
    properties.put("enable.auto.commit", "true");
    properties.put("auto.commit.interval.ms", "1000");
    properties.put("session.timeout.ms", millis(session));
    properties.put("heartbeat.interval.ms", millis(session.dividedBy(3)));
    properties.put("max.poll.interval.ms", millis(session.multipliedBy(3)));
    return properties;
  }

  /** How long the broker may take: less than an instance may take over one step. */
  Duration patience() {
    return session.multipliedBy(2);
  }

  Map<String, Object> readerProperties() {
    Map<String, Object> properties = kafka.clientProperties();
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    properties.put("allow.auto.create.topics", "false");
    properties.put("default.api.timeout.ms", millis(patience()));
    properties.put("key.deserializer", ByteArrayDeserializer.class);
    properties.put("value.deserializer", ByteArrayDeserializer.class);
    return properties;
  }

  /**
   * @param transactionalId whoever opens a writer with it next fences this one
   */
  Map<String, Object> writerProperties(String transactionalId) {
    Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
    properties.put("transactional.id", transactionalId);
    properties.put("client.id", transactionalId);
    properties.put("acks", "all");
    properties.put("linger.ms", "0");
    properties.put("request.timeout.ms", millis(session));
    properties.put("delivery.timeout.ms", millis(patience()));
    properties.put("max.block.ms", millis(patience()));
    properties.put("transaction.timeout.ms", millis(patience()));
    properties.put("key.serializer", ByteArraySerializer.class);
    properties.put("value.serializer", ByteArraySerializer.class);
    return properties;
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
