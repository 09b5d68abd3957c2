package app.goalgpt.scheduler;

import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.Topic;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the bridge's memory. */
final class TickMemories {
  private static final Logger LOG = LoggerFactory.getLogger(TickMemories.class);

  private TickMemories() {}

  /** Whether there is such a topic: where no part was ever started there is none. */
  static boolean exist(SchedulerBridgeConfig config) {
    return WholeTopic.exists(config, Topic.TICKS_SENT);
  }

  /**
   * All that is committed now; jobs that were never seen to are absent.
   *
   * @throws org.apache.kafka.common.KafkaException when the broker does not answer
   */
  static Map<Job, TickMemory> read(SchedulerBridgeConfig config) {
    Map<Job, TickMemory> memories = new EnumMap<>(Job.class);
    try (WholeTopic topic = WholeTopic.open(config, Topic.TICKS_SENT)) {
      topic.readOn(record -> read(record).ifPresent(memory -> keep(memories, memory)));
    }
    return memories;
  }

  /** A job that this version does not know is another version's. */
  private static void keep(Map<Job, TickMemory> memories, TickMemory memory) {
    Job.named(memory.job()).ifPresent(job -> memories.put(job, memory));
  }

  /** What is unreadable is as if it were not there: its job begins now, nothing comes twice. */
  private static Optional<TickMemory> read(ConsumerRecord<byte[], byte[]> record) {
    try {
      TickMemory memory = Json.read(record.value(), TickMemory.class);
      if (memory.job() != null && memory.through() != null) {
        return Optional.of(memory);
      }
      LOG.warn("{} offset {}: a memory without job or through", record.topic(), record.offset());
    } catch (MalformedMessageException e) {
      LOG.warn("{} offset {}: {}", record.topic(), record.offset(), e.getMessage());
    }
    return Optional.empty();
  }
}
