package app.goalgpt.connectors.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.connectors.batch.Workplace;
import app.goalgpt.connectors.database.DatabasePool;
import app.goalgpt.connectors.ledger.AppDatabase;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.RunProgress.State;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The runner with jobs that do as the test says; each test on topics of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobRunnerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant PLANNED = Instant.parse("2026-01-12T00:05:00Z");
  private static final Tick TICK =
      new Tick(Job.PARTNER_ANALYTICS_ROLLUP.specName(), PLANNED, PLANNED);

  private final AppDatabase app = new AppDatabase();
  private final EmbeddedKafka kafka = EmbeddedKafka.temporary();
  private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private HikariDataSource database;
  private KafkaProducer<byte[], byte[]> producer;
  private Settings settings;
  private Topics topics;
  private int stages;

  @BeforeAll
  void open() {
    DatabaseConfig config = DatabaseConfig.from(app.settings);
    Duration minute = Duration.ofMinutes(1);
    database =
        DatabasePool.open(
            config,
            "test",
            8,
            "SET lock_timeout = '10s'",
            minute,
            minute,
            new SimpleMeterRegistry());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  void close() throws SQLException {
    producer.close();
    database.close();
    kafka.close();
    app.close();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable closeable : opened) {
      closeable.close();
    }
    opened.clear();
    app.execute("TRUNCATE job_execution_logs, job_run_shares");
    assertThat(fatal).isEmpty();
  }

  private void stage() {
    Map<String, String> own = Map.of("TOPIC_PREFIX", "stage" + stages++, "TOPIC_PARTITIONS", "2");
    settings = app.settings.with(kafka.settings()).with(own);
    topics = new Topics(KafkaConfig.from(settings), app.tables);
    topics.ensure();
  }

  private JobRunner start(DatabaseJob job) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Workplace workplace =
        new Workplace(
            "jobs", KafkaConfig.from(settings), topics, Clock.systemUTC(), meters, fatal::add);
    RunLog runs = new RunLog(app.tables);
    RunWriter writer =
        new RunWriter(
            workplace, database, runs, new JobHistory(app.tables, workplace.registry()), PATIENCE);
    JobRunner runner =
        new JobRunner(
            workplace,
            database,
            runs,
            writer,
            Map.of(Job.PARTNER_ANALYTICS_ROLLUP, job),
            Duration.ofMillis(50));
    writer.start();
    runner.start();
    opened.add(runner);
    opened.add(writer);
    opened.add(workplace);
    return runner;
  }

  private void tick() {
    for (int partition = 0; partition < 2; partition++) {
      producer.send(
          new ProducerRecord<>(topics.name(Topic.TICKS), partition, null, Json.write(TICK)));
    }
  }

  private String logged(String column) throws SQLException {
    return app
        .rows("SELECT " + column + " FROM job_execution_logs WHERE id = ?", TICK.runId())
        .stream()
        .map(row -> String.valueOf(row.values().iterator().next()))
        .reduce("", String::concat);
  }

  private void awaitStatus(String status) {
    await().atMost(PATIENCE).until(() -> logged("status").equals(status));
  }

  private List<RunProgress> reports() {
    return kafka.committed(topics.name(Topic.RUN_PROGRESS)).stream()
        .map(record -> Json.read(record.value(), RunProgress.class))
        .toList();
  }

  @Test
  void aJobThatWorksForLongSaysSoAndNobodyElseDoesItMeanwhile() throws Exception {
    stage();
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger atWork = new AtomicInteger();
    AtomicInteger mostAtWork = new AtomicInteger();
    AtomicBoolean released = new AtomicBoolean();
    DatabaseJob job =
        (tick, progress) -> {
          begun.incrementAndGet();
          mostAtWork.accumulateAndGet(atWork.incrementAndGet(), Math::max);
          try {
            for (long items = 1; !released.get(); items++) {
              progress.items(items);
              Thread.onSpinWait();
            }
            return 42;
          } finally {
            atWork.decrementAndGet();
          }
        };
    JobRunner first = start(job);
    tick();
    await().atMost(PATIENCE).until(() -> begun.get() == 1);
    await().atMost(PATIENCE).until(() -> reports().size() >= 3);
    assertThat(reports())
        .allSatisfy(report -> assertThat(report.state()).isEqualTo(State.RUNNING))
        .extracting(RunProgress::sequence)
        .isSorted()
        .doesNotHaveDuplicates();
    awaitStatus("running");

    start(job);
    first.close();
    await().atMost(PATIENCE).until(() -> begun.get() == 2);
    released.set(true);

    awaitStatus("success");
    assertThat(mostAtWork).hasValue(1);
    assertThat(logged("items_processed")).isEqualTo("42");
    assertThat(reports())
        .filteredOn(report -> report.state() != State.RUNNING)
        .extracting(RunProgress::state)
        .containsExactly(State.DONE);
  }

  @Test
  void aRunThatFailedSaysWhyAndRunsAgainWhenItsTickIsSentAgain() throws SQLException {
    stage();
    AtomicInteger begun = new AtomicInteger();
    start(
        (tick, progress) -> {
          if (begun.incrementAndGet() == 1) {
            throw new IllegalStateException("three partners have no code");
          }
          return 5;
        });
    tick();
    awaitStatus("failed");
    assertThat(logged("error_message")).isEqualTo("three partners have no code");

    tick();
    awaitStatus("success");
    assertThat(logged("error_message")).isEqualTo("null");
    assertThat(logged("items_processed")).isEqualTo("5");
    assertThat(begun).hasValue(2);
  }

  @Test
  void troubleThatPassesBeginsTheWorkAgainAndOtherTroubleFailsTheRun() throws SQLException {
    stage();
    AtomicInteger begun = new AtomicInteger();
    start(
        (tick, progress) -> {
          switch (begun.incrementAndGet()) {
            case 1 -> throw new SQLException("deadlock detected", "40P01");
            case 2 -> throw new SQLException("connection reset", "08006");
            default -> throw new SQLException("permission denied for table partners", "42501");
          }
        });
    tick();
    awaitStatus("failed");
    assertThat(logged("error_message")).isEqualTo("permission denied for table partners");
    assertThat(begun).hasValue(3);
  }

  @Test
  void aBugInAJobFailsItsRunAndTheNextTickIsWorkedOff() throws SQLException {
    stage();
    AtomicInteger begun = new AtomicInteger();
    start(
        (tick, progress) -> {
          if (begun.incrementAndGet() == 1) {
            throw new NullPointerException("partner is null");
          }
          return 1;
        });
    tick();
    awaitStatus("failed");
    assertThat(logged("error_message")).isEqualTo("partner is null");
    tick();
    awaitStatus("success");
  }
}
