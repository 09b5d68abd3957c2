package app.goalgpt.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Drain;
import app.goalgpt.topology.RewardsApp;
import app.goalgpt.topology.TopologyConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The system as it is deployed: each part a process of its own, named by its subcommand and a
 * number ({@code ledger-2}), beside an outside that is another one.
 */
final class Deployment implements AutoCloseable {
  private static final int HEAP = 256;
  private static final Duration STUCK = Duration.ofMinutes(4);

  private final Path folder;
  private final boolean wholeHistory;
  private final Outside outside;
  private final Map<String, Jvm> parts = new TreeMap<>();

  /**
   * @param name of the folder under {@code target/deployments}; what was in it is removed
   * @param wholeHistory whether the app erases no row, so that the audit may ask for every proof
   */
  Deployment(String name, boolean wholeHistory) {
    this.wholeHistory = wholeHistory;
    this.folder = Path.of("target", "deployments", name).toAbsolutePath();
    try {
      removeFolder(folder);
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.outside = new Outside(folder);
    try (Jvm migrate = goalgpt("migrate", Map.of(), "migrate")) {
      assertThat(migrate.exitStatus()).as("goalgpt migrate, see " + log("migrate")).isZero();
    }
  }

  Outside outside() {
    return outside;
  }

  Topics topics() {
    return new Topics(KafkaConfig.from(settings()), AppTables.from(settings()));
  }

  Settings settings() {
    return Settings.of(outside.settings());
  }

  /** Starts parts, and does not wait until they work. */
  void start(String... names) {
    for (String name : names) {
      start(name, Map.of());
    }
  }

  void start(String name, Map<String, String> settings) {
    Jvm part = goalgpt(name, settings, name.replaceFirst("-\\d+$", ""));
    outside.adopt(part);
    parts.put(name, part);
  }

  /** Starts one of each part, and waits until they work together. */
  void startAll(String... names) {
    topics().ensure();
    start(names);
    drain();
  }

  /** Waits until so many instances share the work of a part, none of them idle. */
  void awaitMembers(String part, int count) {
    awaitMembers(part, count, member -> !member.assignment().topicPartitions().isEmpty());
  }

  /**
   * Waits until so many instances are in the group of a part. One that joins others with much state
   * first makes a copy of it, and works when it has.
   */
  void awaitJoined(String part, int count) {
    awaitMembers(part, count, member -> true);
  }

  private void awaitMembers(String part, int count, Predicate<MemberDescription> isReady) {
    String group = KafkaConfig.from(settings()).topicPrefix() + "-" + part;
    try (Admin admin = Admin.create(KafkaConfig.from(settings()).clientProperties())) {
      await()
          .atMost(STUCK)
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptionsInstanceOf(ExecutionException.class)
          .untilAsserted(
              () -> {
                assertThat(givenUp()).isEmpty();
                var description = admin.describeConsumerGroups(List.of(group)).all().get();
                assertThat(description.get(group).groupState()).isEqualTo(GroupState.STABLE);
                assertThat(description.get(group).members())
                    .as("working members of " + group)
                    .hasSize(count)
                    .allMatch(isReady);
              });
    }
  }

  /**
   * The shares that an instance of the topology works on: the customers of these partitions are
   * its.
   */
  Set<Integer> sharesOf(String topology) {
    KafkaConfig kafka = KafkaConfig.from(settings());
    String group = RewardsApp.applicationId(TopologyConfig.from(settings()));
    String ticks = topics().name(Topic.TICKS);
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      String client = "%s-%s-".formatted(group, processId(stateOf(topology).resolve(group)));
      return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
          .filter(member -> member.clientId().startsWith(client))
          .flatMap(member -> member.assignment().topicPartitions().stream())
          .filter(partition -> partition.topic().equals(ticks))
          .map(TopicPartition::partition)
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What Kafka Streams calls a process, as its state folder has it. */
  private static String processId(Path state) {
    try {
      byte[] metadata = Files.readAllBytes(state.resolve("kafka-streams-process-metadata"));
      return Json.MAPPER.readTree(metadata).path("processId").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a tick by hand, as a person does. */
  void tick(Job job, Instant at) {
    try (Jvm tick = goalgpt("tick", Map.of(), "tick", job.specName(), "--at", at.toString())) {
      assertThat(tick.exitStatus()).as("goalgpt tick, see " + log("tick")).isZero();
    }
  }

  /** kill -9. */
  void kill(String... names) {
    for (String name : names) {
      parts.remove(name).kill();
    }
  }

  /** An orderly end. */
  void stop(String... names) {
    for (String name : names) {
      parts.remove(name).close();
    }
  }

  /** Whether it was started, and neither killed nor stopped. */
  boolean runs(String name) {
    return parts.containsKey(name);
  }

  /** The parts that ended without being told to. */
  List<String> givenUp() {
    List<String> names = new ArrayList<>();
    parts.forEach(
        (name, part) -> {
          if (!part.isAlive()) {
            names.add(name + " (status " + part.exitStatus() + ", see " + log(name) + ")");
          }
        });
    return names;
  }

  Path stateOf(String topology) {
    return folder.resolve(topology + "-state");
  }

  Path log(String name) {
    return folder.resolve(name + ".log");
  }

  /** Waits until all that is committed has had all its effects; who is starting is waited for. */
  void drain() {
    for (String part : List.of("topology", "ledger", "notifier")) {
      int instances = (int) parts.keySet().stream().filter(name -> name.startsWith(part)).count();
      if (instances > 0) {
        awaitJoined(part, instances);
      }
    }
    PGSimpleDataSource database = new PGSimpleDataSource();
    DatabaseConfig config = DatabaseConfig.from(settings());
    database.setUrl(config.jdbcUrl());
    database.setUser(config.user());
    database.setPassword(config.password());
    KafkaConfig kafka = KafkaConfig.from(settings());
    try (Drain drain = new Drain(database, kafka, AppTables.from(settings()))) {
      assertThat(drain.await(STUCK, records -> givenUp().isEmpty()))
          .as(() -> "drained; ended by themselves: " + givenUp())
          .isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Runs {@code goalgpt audit}; its exit status. What it says is in {@link #log}. */
  int audit() {
    try (Jvm audit = goalgpt("audit", Map.of(), "audit")) {
      return audit.exitStatus();
    }
  }

  /** One value of one row. */
  String one(String sql) {
    List<String> column = column(sql);
    assertThat(column).as(sql).hasSize(1);
    return column.get(0);
  }

  List<String> column(String sql) {
    List<String> values = new ArrayList<>();
    try (Connection connection = outside.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
    return values;
  }

  void execute(String sql) {
    try (Connection connection = outside.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private Jvm goalgpt(String name, Map<String, String> settings, String... arguments) {
    Map<String, String> environment = new TreeMap<>(outside.settings());
    environment.put("AUDIT_WHOLE_HISTORY", Boolean.toString(wholeHistory));
    environment.putAll(settings);
    environment.put("TOPOLOGY_STATE_DIR", stateOf(name).toString());
    List<String> mainAndArguments = new ArrayList<>(List.of("app.goalgpt.standalone.Goalgpt"));
    mainAndArguments.addAll(List.of(arguments));
    return Jvm.start(HEAP, log(name), false, environment, mainAndArguments);
  }

  private static void removeFolder(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }

  @Override
  public void close() {
    parts.values().forEach(Jvm::kill);
    outside.close();
  }
}
