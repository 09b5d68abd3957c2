package app.goalgpt.messages;

import app.goalgpt.settings.KafkaConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * This deployment's topics. All customer-keyed topics have the same number of partitions: what is
 * said about one customer meets in one task.
 */
public final class Topics {
  private final KafkaConfig kafka;
  private final AppTables tables;

  public Topics(KafkaConfig kafka, AppTables tables) {
    this.kafka = kafka;
    this.tables = tables;
  }

  public String name(Topic topic) {
    return kafka.topicPrefix() + "." + topic.suffix();
  }

  /** The topic that holds a captured table's changes, named as Debezium names it. */
  public String changes(AppTable table) {
    return "%s.%s.%s".formatted(kafka.topicPrefix(), tables.schema(), tables.table(table));
  }

  /** Partitions of every customer-keyed topic. */
  public int partitions() {
    return kafka.partitions();
  }

  /**
   * Creates what is missing.
   *
   * @throws IllegalStateException when a topic is there with another number of partitions; the
   *     message names each
   */
  public void ensure() {
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      List<NewTopic> wanted = layout();
      create(admin, wanted);
      Map<String, TopicDescription> found = describe(admin, wanted);
      List<String> wrong = new ArrayList<>();
      for (NewTopic topic : wanted) {
        int partitions = found.get(topic.name()).partitions().size();
        if (partitions != topic.numPartitions()) {
          wrong.add(
              "%s has %d partitions, not %d"
                  .formatted(topic.name(), partitions, topic.numPartitions()));
        }
      }
      if (!wrong.isEmpty()) {
        throw new IllegalStateException(
            "topics do not match TOPIC_PARTITIONS=%d: %s. Set TOPIC_PARTITIONS to what they have, or"
                    .formatted(kafka.partitions(), String.join("; ", wrong))
                + " start with another TOPIC_PREFIX: a customer's records must stay in one"
                + " partition.");
      }
      awaitLeaders(admin, found);
    }
  }

  /**
   * Asks every partition's leader something. A partition that was just created may be known to
   * clients before its leader takes records; a producer that sends to it then may have its second
   * batch accepted before its first, and the first refused for ever as out of sequence.
   */
  private static void awaitLeaders(Admin admin, Map<String, TopicDescription> topics) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    topics.forEach(
        (name, topic) ->
            topic
                .partitions()
                .forEach(
                    p -> ends.put(new TopicPartition(name, p.partition()), OffsetSpec.latest())));
    try {
      admin.listOffsets(ends).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the topics' leaders", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the topics' leaders do not answer: " + e.getCause().getMessage(), e);
    }
  }

  private List<NewTopic> layout() {
    List<NewTopic> layout = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      int partitions = topic.isCustomerKeyed() ? kafka.partitions() : 1;
      layout.add(topic(name(topic), partitions, topic.config()));
    }
    for (AppTable table : AppTable.values()) {
      if (table.isCaptured()) {
        int partitions = table.reachesEveryTask() ? 1 : kafka.partitions();
        layout.add(topic(changes(table), partitions, Map.of("retention.ms", "-1")));
      }
    }
    return layout;
  }

  private NewTopic topic(String name, int partitions, Map<String, String> config) {
    return new NewTopic(name, partitions, kafka.replicationFactor()).configs(new HashMap<>(config));
  }

  private static void create(Admin admin, List<NewTopic> wanted) {
    Set<String> names = wanted.stream().map(NewTopic::name).collect(Collectors.toSet());
    try {
      Set<String> existing = admin.listTopics().names().get();
      List<NewTopic> missing =
          wanted.stream().filter(topic -> !existing.contains(topic.name())).toList();
      for (var created : admin.createTopics(missing).values().entrySet()) {
        ignoring(TopicExistsException.class, () -> created.getValue().get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while creating topics " + names, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot create topics: " + e.getCause().getMessage(), e);
    }
  }

  /** Waits for the metadata of topics just created to reach the broker that is asked. */
  private static Map<String, TopicDescription> describe(Admin admin, List<NewTopic> wanted) {
    List<String> names = wanted.stream().map(NewTopic::name).toList();
    for (int attempt = 0; ; attempt++) {
      try {
        return admin.describeTopics(names).allTopicNames().get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while reading topics", e);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || attempt == 100) {
          throw new IllegalStateException("cannot read topics: " + e.getCause().getMessage(), e);
        }
      }
    }
  }

  private interface Attempt {
    void run() throws InterruptedException, ExecutionException;
  }

  private static void ignoring(Class<? extends Exception> type, Attempt attempt)
      throws InterruptedException, ExecutionException {
    try {
      attempt.run();
    } catch (ExecutionException e) {
      if (!type.isInstance(e.getCause())) {
        throw e;
      }
    }
  }
}
