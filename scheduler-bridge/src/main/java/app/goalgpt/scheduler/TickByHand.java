package app.goalgpt.scheduler;

import app.goalgpt.messages.Job;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topics;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A tick that a person sends. The bridge neither does it nor learns of it. */
public final class TickByHand {
  private TickByHand() {}

  /**
   * Sends one, to all partitions. The same tick again is the same run and has no second effect; so
   * has the bridge's own for the same instant.
   *
   * @param plannedAt business time as of which the job computes
   * @throws IllegalStateException when the topics do not fit, or the broker does not answer
   */
  public static Tick send(SchedulerBridgeConfig config, Job job, Instant plannedAt) {
    config.topics().ensure();
    Tick tick = new Tick(job.specName(), plannedAt, Instant.now());
    try (TickWriter writer =
        TickWriter.open(config, config.groupId() + "-by-hand-" + UUID.randomUUID())) {
      writer.write(writer.copies(tick));
    }
    return tick;
  }

  /**
   * The records that send a tick, one for each partition, for whoever has a transaction to write
   * them in. The topics are there.
   */
  public static List<ProducerRecord<byte[], byte[]>> records(Topics topics, Tick tick) {
    return TickWriter.copies(topics, tick);
  }
}
