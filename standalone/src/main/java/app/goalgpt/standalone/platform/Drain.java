package app.goalgpt.standalone.platform;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Waits until everything that the app has committed has been captured, decided, settled, announced
 * and sent. For the time of waiting the app must write nothing.
 *
 * <p>How it knows: (1) a marker, a row written now as the app would (an inactive push token,
 * removed again), has come through capture, which keeps the order of commits, so everything before
 * it has as well; then (2) no consumer group has a record left to read and commit, no transaction
 * is open (what comes after it on its partitions nobody reads), and (3) for a while no topic grows,
 * those of the topology's state included, in which a sweep over the customers shows; and (4)
 * nothing was settled since the marker was written: a settled reward that a slow capture has not
 * read yet shows in no topic, so another marker must come behind it.
 */
public final class Drain implements AutoCloseable {
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration POLL = Duration.ofMillis(200);

  private static final Set<GroupState> SETTLED = Set.of(GroupState.STABLE, GroupState.EMPTY);

  private final DataSource database;
  private final AppTables tables;
  private final Topics topics;
  private final String prefix;
  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> reader;

  public Drain(DataSource database, KafkaConfig kafka, AppTables tables) {
    this.database = database;
    this.tables = tables;
    this.topics = new Topics(kafka, tables);
    this.prefix = kafka.topicPrefix();
    this.admin = Admin.create(kafka.clientProperties());
    Map<String, Object> properties = kafka.clientProperties();
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("key.deserializer", ByteArrayDeserializer.class);
    properties.put("value.deserializer", ByteArrayDeserializer.class);
    this.reader = new KafkaConsumer<>(properties);
  }

  /** Asked and told while waiting, a few times a second. */
  public interface Progress {
    /**
     * @param records how many all topics hold
     * @return whether to go on waiting
     */
    boolean waitOn(long records);
  }

  /**
   * @param bound how long to wait
   * @return whether all is drained; false when {@code progress} gave up
   * @throws IllegalStateException when the bound is reached, saying what is behind
   */
  public boolean await(Duration bound, Progress progress) throws InterruptedException {
    long deadline = System.nanoTime() + bound.toNanos();
    while (true) {
      String before = written();
      if (!markerArrived(deadline, progress) || !quiet(deadline, progress)) {
        return false;
      }
      if (written().equals(before)) {
        return true;
      }
    }
  }

  /** A fingerprint of what this system writes to the app's database. */
  private String written() {
    String sql =
        tables.sql(
            """
            SELECT (SELECT count(*) FROM {reward_ledger}) || ' '
                || (SELECT count(*) FROM {customer_push_tokens} WHERE NOT {customer_push_tokens.is_active})
            """);
    try (Connection connection = database.getConnection();
        PreparedStatement count = connection.prepareStatement(sql);
        ResultSet row = count.executeQuery()) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read what was settled: " + e.getMessage(), e);
    }
  }

  /** Steps 2 and 3 of the class comment. */
  private boolean quiet(long deadline, Progress progress) throws InterruptedException {
    Map<TopicPartition, Long> before = Map.of();
    List<String> behind = List.of("topics go on growing");
    long quietSince = System.nanoTime();
    while (true) {
      Map<TopicPartition, Long> ends = ends();
      if (!progress.waitOn(sum(ends))) {
        return false;
      }
      if (!ends.equals(before)) {
        before = ends;
        quietSince = System.nanoTime();
      } else if (System.nanoTime() - quietSince > QUIET.toNanos()) {
        behind = behind();
        if (behind.isEmpty() && ends().equals(before)) {
          return true;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not drained in time: " + String.join("; ", behind));
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  /** Step 1 of the class comment. */
  private boolean markerArrived(long deadline, Progress progress) throws InterruptedException {
    String changes = topics.changes(AppTable.CUSTOMER_PUSH_TOKENS);
    List<TopicPartition> partitions =
        reader.partitionsFor(changes).stream()
            .map(info -> new TopicPartition(changes, info.partition()))
            .toList();
    reader.assign(partitions);
    reader.seekToEnd(partitions);
    partitions.forEach(reader::position);
    UUID marker = UUID.randomUUID();
    if (!writeMarker(marker)) {
      return true;
    }
    while (true) {
      for (ConsumerRecord<byte[], byte[]> change : reader.poll(POLL)) {
        if (change.value() != null
            && new String(change.value(), StandardCharsets.UTF_8).contains(marker.toString())) {
          return true;
        }
      }
      if (!progress.waitOn(sum(ends()))) {
        return false;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "not drained in time: capture is behind, a row written now did not reach " + changes);
      }
    }
  }

  /** Whether there was a customer to write it for. */
  private boolean writeMarker(UUID marker) {
    String insert =
        tables.sql(
            """
            INSERT INTO {customer_push_tokens}
              ({customer_push_tokens.id}, {customer_push_tokens.customer_user_id},
               {customer_push_tokens.fcm_token}, {customer_push_tokens.is_active})
            SELECT ?::uuid, {customer_users.id}, 'drain-marker-' || ?, false FROM {customer_users} LIMIT 1
            """);
    String delete =
        tables.sql("DELETE FROM {customer_push_tokens} WHERE {customer_push_tokens.id} = ?::uuid");
    try (Connection connection = database.getConnection();
        PreparedStatement write = connection.prepareStatement(insert);
        PreparedStatement remove = connection.prepareStatement(delete)) {
      write.setString(1, marker.toString());
      write.setString(2, marker.toString());
      boolean written = write.executeUpdate() == 1;
      remove.setString(1, marker.toString());
      remove.executeUpdate();
      return written;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot write the marker: " + e.getMessage(), e);
    }
  }

  /** What is left to read, or to be decided, in words. */
  private List<String> behind() throws InterruptedException {
    List<String> behind = new ArrayList<>();
    List<TopicPartition> partitions = partitions();
    Map<TopicPartition, Long> written = ends(partitions, IsolationLevel.READ_UNCOMMITTED);
    ends(partitions)
        .forEach(
            (partition, committed) -> {
              if (committed < written.get(partition)) {
                behind.add("a transaction is open on " + partition);
              }
            });
    for (String group : groups()) {
      Map<TopicPartition, Long> left = new HashMap<>();
      ConsumerGroupDescription description =
          get(admin.describeConsumerGroups(List.of(group)).all()).get(group);
      if (!SETTLED.contains(description.groupState())) {
        behind.add(group + " is sharing out its work");
        continue;
      }
      Map<TopicPartition, Long> read = read(description);
      Map<TopicPartition, Long> ends = ends(read.keySet());
      read.forEach(
          (partition, offset) -> {
            if (ends.get(partition) > offset) {
              left.put(partition, offset);
            }
          });
      unread(left, ends)
          .forEach(
              partition -> behind.add("%s has more to read of %s".formatted(group, partition)));
    }
    return behind;
  }

  /** How far a group has read: where it never committed, but a member is to read, not at all. */
  private Map<TopicPartition, Long> read(ConsumerGroupDescription group)
      throws InterruptedException {
    Map<TopicPartition, Long> read = new HashMap<>();
    group.members().stream()
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .forEach(partition -> read.put(partition, 0L));
    get(admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                read.put(partition, offset.offset());
              }
            });
    return read;
  }

  private List<String> groups() throws InterruptedException {
    return get(admin.listGroups().all()).stream()
        .map(GroupListing::groupId)
        .filter(group -> group.startsWith(prefix))
        .toList();
  }

  /**
   * Those of the partitions in which a record lies between the offset and the end. Offsets alone do
   * not tell: the markers of transactions have some too.
   */
  private Set<TopicPartition> unread(
      Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends) {
    Set<TopicPartition> open = new HashSet<>(from.keySet());
    Set<TopicPartition> unread = new HashSet<>();
    reader.assign(open);
    from.forEach(reader::seek);
    while (!open.isEmpty()) {
      unread.addAll(reader.poll(POLL).partitions());
      open.removeIf(
          partition ->
              unread.contains(partition) || reader.position(partition) >= ends.get(partition));
    }
    return unread;
  }

  private static long sum(Map<TopicPartition, Long> ends) {
    return ends.values().stream().mapToLong(Long::longValue).sum();
  }

  private Map<TopicPartition, Long> ends() throws InterruptedException {
    return ends(partitions());
  }

  private List<TopicPartition> partitions() throws InterruptedException {
    List<String> names =
        get(admin.listTopics().names()).stream()
            .filter(topic -> topic.startsWith(prefix) && !topic.contains("heartbeat"))
            .toList();
    return get(admin.describeTopics(names).allTopicNames()).values().stream()
        .flatMap(
            topic ->
                topic.partitions().stream()
                    .map(info -> new TopicPartition(topic.name(), info.partition())))
        .toList();
  }

  private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions)
      throws InterruptedException {
    return ends(partitions, IsolationLevel.READ_COMMITTED);
  }

  private Map<TopicPartition, Long> ends(
      Collection<TopicPartition> partitions, IsolationLevel isolation) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
        get(admin.listOffsets(asked, new ListOffsetsOptions(isolation)).all()).entrySet()) {
      ends.put(end.getKey(), end.getValue().offset());
    }
    return ends;
  }

  private static <T> T get(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the broker does not answer: " + e.getCause().getMessage(), e);
    }
  }

  @Override
  public void close() {
    reader.close();
    admin.close();
  }
}
