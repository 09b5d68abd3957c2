package app.goalgpt.endtoend;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** A run as the topics tell of it from now on: what was committed, share by share. */
final class RunWatch implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(5);

  private final UUID run;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Set<TopicPartition> partitions = new HashSet<>();
  private final Set<String> pushTopics = new HashSet<>();
  private final String deliveryTopic;
  private final Map<Integer, List<Push>> pushes = new HashMap<>();
  private final Map<Integer, Integer> deliveries = new HashMap<>();
  private final Map<Integer, RunProgress> reports = new HashMap<>();

  RunWatch(Deployment deployment, UUID run) {
    this.run = run;
    consumer = Records.consumer(deployment.outside());
    for (Push.Lane lane : Push.Lane.values()) {
      pushTopics.add(deployment.topics().name(Topic.pushes(lane)));
    }
    deliveryTopic = deployment.topics().name(Topic.DELIVERIES);
    pushTopics.forEach(topic -> partitions.addAll(Records.partitions(consumer, topic)));
    partitions.addAll(Records.partitions(consumer, deliveryTopic));
    partitions.addAll(Records.partitions(consumer, deployment.topics().name(Topic.RUN_PROGRESS)));
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position); // now, not at the first poll
  }

  /** Takes in what has come. */
  RunWatch poll() {
    consumer.poll(POLL).forEach(record -> take(record.topic(), record.partition(), record.value()));
    return this;
  }

  /** Takes in everything that is committed by now. */
  RunWatch catchUp() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      poll();
    }
    return this;
  }

  private void take(String topic, int partition, byte[] value) {
    if (pushTopics.contains(topic)) {
      Push push = Json.read(value, Push.class);
      if (push.lane() != Push.Lane.REWARD) {
        pushes.computeIfAbsent(partition, none -> new ArrayList<>()).add(push);
      }
      return;
    }
    if (topic.equals(deliveryTopic)) {
      Delivery delivery = Json.read(value, Delivery.class);
      if (delivery.isFinal() && run.equals(delivery.campaignId())) {
        deliveries.merge(partition, 1, Integer::sum);
      }
      return;
    }
    RunProgress report = Json.read(value, RunProgress.class);
    if (report.runId().equals(run)) {
      reports.merge(report.partition(), report, (a, b) -> a.sequence() > b.sequence() ? a : b);
    }
  }

  /** The pushes of jobs and campaigns. */
  List<Push> pushes() {
    return pushes.values().stream().flatMap(List::stream).toList();
  }

  /** How many of them the shares have made. */
  int pushes(Collection<Integer> shares) {
    return shares.stream().mapToInt(share -> pushes.getOrDefault(share, List.of()).size()).sum();
  }

  /** How many of a campaign's have come back to the shares. */
  int deliveries(Collection<Integer> shares) {
    return shares.stream().mapToInt(share -> deliveries.getOrDefault(share, 0)).sum();
  }

  /** What a share has last said of itself; null when it has said nothing. */
  RunProgress report(int share) {
    return reports.get(share);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
