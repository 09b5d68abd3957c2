package app.goalgpt.connectors.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Decision;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Delivery.Outcome;
import app.goalgpt.messages.Delivery.Result;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The ledger between a real broker and a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CONDITION = "{\"type\": \"comments\", \"count\": 5}";

  private final AppDatabase app = new AppDatabase();
  private final EmbeddedKafka kafka = EmbeddedKafka.temporary();
  private final Settings settings = app.settings.with(kafka.settings());
  private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Topics topics = new Topics(KafkaConfig.from(settings), AppTables.from(settings));
  private KafkaProducer<byte[], byte[]> producer;
  private Ledger ledger;

  @BeforeAll
  void start() {
    ledger = Ledger.start(LedgerConfig.from(settings), meters, fatal::add);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  void stop() throws SQLException {
    producer.close();
    ledger.close();
    kafka.close();
    app.close();
    assertThat(fatal).isEmpty();
  }

  private void decide(Decision... decisions) {
    for (Decision decision : decisions) {
      send(topics.name(Topic.DECISIONS), decision.key(), Json.write(decision));
    }
  }

  private void send(String topic, UUID key, byte[] value) {
    producer.send(new ProducerRecord<>(topic, key.toString().getBytes(UTF_8), value));
  }

  private Decision unlock(UUID customer, UUID badge) {
    return Decision.BadgeUnlock.of(
        customer, badge, CONDITION, "5", AppDatabase.CAUSE, AppDatabase.DECIDED);
  }

  @Test
  void aSessionKeepsItsSettingsAfterARollback() throws SQLException {
    LedgerConfig config = LedgerConfig.from(settings);
    try (HikariDataSource pool = Ledger.connect(config, new SimpleMeterRegistry())) {
      try (Connection connection = pool.getConnection()) {
        new Settlement(config.tables(), config.qualifyingStatuses()).check(connection);
      }
      try (Connection connection = pool.getConnection()) {
        assertThat(show(connection, "lock_timeout")).isEqualTo("500ms");
        assertThat(show(connection, "idle_in_transaction_session_timeout")).isEqualTo("1min");
        assertThat(show(connection, "plan_cache_mode")).isEqualTo("force_generic_plan");
        assertThat(show(connection, "enable_seqscan")).isEqualTo("off");
      }
    }
  }

  private static String show(Connection connection, String setting) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW " + setting)) {
      row.next();
      return row.getString(1);
    }
  }

  private void awaitSettled(Decision decision) {
    awaitSettled(List.of(decision));
  }

  private void awaitSettled(List<Decision> decisions) {
    String sql =
        "SELECT count(*) FROM reward_ledger WHERE id = ANY (string_to_array(?, ',')::uuid[])";
    String ids =
        decisions.stream().map(d -> d.rewardId().toString()).collect(Collectors.joining(","));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(app.value(sql, ids)).isEqualTo(String.valueOf(decisions.size())));
  }

  @Test
  void aDecisionBecomesABadgePointsCreditsAndALedgerRow() throws SQLException {
    UUID customer = app.commenter(5);
    UUID badge = app.badge(CONDITION, 50, 20, 0);

    decide(unlock(customer, badge));

    awaitSettled(unlock(customer, badge));
    assertThat(app.value("SELECT xp_points FROM customer_xp WHERE customer_user_id = ?", customer))
        .isEqualTo("50");
    assertThat(
            app.value("SELECT balance FROM customer_credits WHERE customer_user_id = ?", customer))
        .isEqualTo("20");
    assertThat(app.value("SELECT total_unlocks FROM badges WHERE id = ?", badge)).isEqualTo("1");
  }

  private List<DeadLetter> deadLetters(int expected) {
    List<DeadLetter> letters = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topics.name(Topic.DEAD_LETTERS), 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(r -> letters.add(Json.read(r.value(), DeadLetter.class)));
                return letters.size() >= expected;
              });
    }
    return letters;
  }

  @Test
  void poisonIsSetAsideAndTakesNobodyWithIt() throws SQLException {
    UUID badge = app.badge(CONDITION, 50, 20, 0);
    UUID full = app.commenter(5);
    app.execute(
        "INSERT INTO customer_xp (customer_user_id, xp_points, total_earned) VALUES (?, 2147483640,"
            + " 2147483640)",
        full);
    List<Decision> good = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      good.add(unlock(app.commenter(5), badge));
    }
    String topic = topics.name(Topic.DECISIONS);
    Decision overflow = unlock(full, badge);
    Decision notJson =
        Decision.BadgeUnlock.of(
            app.commenter(5), badge, "{broken", "5", AppDatabase.CAUSE, AppDatabase.DECIDED);

    decide(good.subList(0, 20).toArray(Decision[]::new));
    send(topic, full, "{\"kind\": \"gift\"}".getBytes(UTF_8));
    send(topic, full, "not json".getBytes(UTF_8));
    send(topic, full, null);
    send(topic, full, otherId(unlock(full, badge)));
    decide(overflow, notJson);
    decide(good.subList(20, 40).toArray(Decision[]::new));

    awaitSettled(good);
    List<DeadLetter> letters = deadLetters(6);
    assertThat(letters).hasSize(6).allSatisfy(l -> assertThat(l.step()).isEqualTo("ledger"));
    assertThat(letters)
        .extracting(DeadLetter::cause)
        .anySatisfy(cause -> assertThat(cause).contains("gift"))
        .anySatisfy(cause -> assertThat(cause).contains("Unrecognized token"))
        .anySatisfy(cause -> assertThat(cause).contains("no value where a Decision belongs"))
        .anySatisfy(cause -> assertThat(cause).contains("what is decided has the id"))
        .anySatisfy(cause -> assertThat(cause).contains("22003").contains("out of range"))
        .anySatisfy(cause -> assertThat(cause).contains("22P02").contains("json"));
    assertThat(app.rows("SELECT 1 FROM reward_ledger WHERE customer_user_id = ?", full)).isEmpty();
    assertThat(meters.counter("goalgpt.dead.letters", "step", "ledger").count()).isEqualTo(6);
  }

  /** The decision's JSON with a reward id that is not its own. */
  private static byte[] otherId(Decision decision) {
    return new String(Json.write(decision), UTF_8)
        .replace(decision.rewardId().toString(), UUID.randomUUID().toString())
        .getBytes(UTF_8);
  }

  @Test
  void aDatabaseThatIsAwayIsWaitedForAndNothingIsLostOrDoubled() throws SQLException {
    UUID badge = app.badge(CONDITION, 10, 1, 0);
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      decisions.add(unlock(app.commenter(5), badge));
    }
    decide(decisions.subList(0, 20).toArray(Decision[]::new));
    app.postgres.stop();
    decide(decisions.subList(20, 60).toArray(Decision[]::new));
    decide(decisions.subList(0, 10).toArray(Decision[]::new));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                meters.get("goalgpt.ledger.waiting").tag("consumer", "ledger").gauge().value() > 0);

    app.postgres.start();
    app.reconnect();

    awaitSettled(decisions);
    assertThat(app.value("SELECT total_unlocks FROM badges WHERE id = ?", badge)).isEqualTo("60");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                meters.get("goalgpt.ledger.waiting").tag("consumer", "ledger").gauge().value()
                    == 0);
  }

  /** Capture tells of a commit before other sessions see it. */
  @Test
  void aCauseThatCannotBeSeenYetIsWaitedForAndHoldsUpNobody() throws SQLException {
    UUID badge = app.badge(CONDITION, 50, 20, 0);
    Decision early = unlock(app.commenter(4), badge);
    Decision other = unlock(app.commenter(5), badge);
    double before = refused("condition_not_met");
    try (Connection session = app.postgres.connect()) {
      session.setAutoCommit(false);
      fifthComment(session, early);
      decide(early, other);

      awaitSettled(other);
      await().atMost(PATIENCE).until(() -> postponed() == 1);
      assertThat(refused("condition_not_met")).isEqualTo(before);

      session.commit();
      awaitSettled(early);
    }
    await().atMost(PATIENCE).until(() -> postponed() == 0);
  }

  @Test
  void aRefusalStandsWhenAllThatWasUnderWayHasEnded() throws SQLException {
    Decision decision = unlock(app.commenter(4), app.badge(CONDITION, 50, 20, 0));
    double before = refused("condition_not_met");
    try (Connection session = app.postgres.connect()) {
      session.setAutoCommit(false);
      fifthComment(session, decision);
      decide(decision);
      await().atMost(PATIENCE).until(() -> postponed() == 1);

      session.rollback();

      await().atMost(PATIENCE).until(() -> refused("condition_not_met") == before + 1);
      await().atMost(PATIENCE).until(() -> postponed() == 0);
    }
  }

  @Test
  void aRowThatAnAppSessionKeepsLockedHoldsUpNobodyElse() throws SQLException {
    UUID badge = app.badge(CONDITION, 50, 20, 0);
    UUID customer = app.commenter(5);
    app.execute("INSERT INTO customer_credits (customer_user_id) VALUES (?)", customer);
    Decision blocked = unlock(customer, badge);
    List<Decision> others = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      others.add(unlock(app.commenter(5), badge));
    }
    try (Connection session = app.postgres.connect();
        Statement lock = session.createStatement()) {
      session.setAutoCommit(false);
      lock.execute(
          "UPDATE customer_credits SET balance = balance WHERE customer_user_id = '%s'"
              .formatted(customer));
      decide(others.subList(0, 10).toArray(Decision[]::new));
      decide(blocked);
      decide(others.subList(10, 20).toArray(Decision[]::new));
      awaitSettled(others);
      await().atMost(PATIENCE).until(() -> postponed() == 1);

      // Who takes over finds it again.
      ledger.close();
      ledger = Ledger.start(LedgerConfig.from(settings), meters, fatal::add);
      session.rollback();
    }
    awaitSettled(blocked);
    assertThat(
            app.value("SELECT balance FROM customer_credits WHERE customer_user_id = ?", customer))
        .isEqualTo("20");
  }

  private static void fifthComment(Connection session, Decision decision) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(
          "INSERT INTO match_comments (customer_user_id, match_id, content) VALUES ('%s', 'm', 'Goal!')"
              .formatted(decision.key()));
    }
  }

  private double postponed() {
    return meters.get("goalgpt.ledger.postponed").tag("consumer", "ledger").gauge().value();
  }

  private double refused(String reason) {
    return meters.get("goalgpt.ledger.refused").tag("reason", reason).counter().count();
  }

  @Test
  void aSecondLedgerSharesTheWorkAndTakesOver() throws SQLException {
    UUID badge = app.badge(CONDITION, 10, 1, 0);
    SimpleMeterRegistry others = new SimpleMeterRegistry();
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      decisions.add(unlock(app.commenter(5), badge));
    }
    decide(decisions.subList(0, 100).toArray(Decision[]::new));
    try (Ledger second = Ledger.start(LedgerConfig.from(settings), others, fatal::add)) {
      decide(decisions.subList(100, 200).toArray(Decision[]::new));
      awaitSettled(decisions.get(199));
      assertThat(second).isNotNull();
    }
    decide(decisions.subList(200, 300).toArray(Decision[]::new));

    awaitSettled(decisions);
    assertThat(app.value("SELECT total_unlocks FROM badges WHERE id = ?", badge)).isEqualTo("300");
  }

  @Test
  void aDeadTokenIsSwitchedOffUnlessTheRowHoldsAnotherByNow() throws SQLException {
    UUID customer = app.commenter(5);
    UUID dead = token(customer, "dead-token");
    UUID renewed = token(customer, "new-token");
    UUID alive = token(customer, "living-token");
    Delivery delivery =
        new Delivery(
            UUID.randomUUID(),
            customer,
            Push.Lane.REWARD,
            List.of(
                new Result(dead, sha256("dead-token"), Outcome.DEAD_TOKEN, "UNREGISTERED", 1),
                new Result(renewed, sha256("old-token"), Outcome.DEAD_TOKEN, "UNREGISTERED", 1),
                new Result(alive, null, Outcome.ACCEPTED, null, 1)),
            AppDatabase.DECIDED,
            AppDatabase.DECIDED,
            null);
    String before = app.value("SELECT updated_at FROM customer_push_tokens WHERE id = ?", dead);

    send(topics.name(Topic.DELIVERIES), customer, Json.write(delivery));

    String isActive = "SELECT is_active FROM customer_push_tokens WHERE id = ?";
    await().atMost(PATIENCE).until(() -> app.value(isActive, dead).equals("f"));
    assertThat(app.value(isActive, renewed)).isEqualTo("t");
    assertThat(app.value(isActive, alive)).isEqualTo("t");
    assertThat(app.value("SELECT updated_at FROM customer_push_tokens WHERE id = ?", dead))
        .isEqualTo(before);
  }

  private UUID token(UUID customer, String token) throws SQLException {
    UUID id = UUID.randomUUID();
    app.execute(
        "INSERT INTO customer_push_tokens (id, customer_user_id, fcm_token) VALUES (?, ?, ?)",
        id,
        customer,
        token);
    return id;
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aStartWithoutWhatItWritesSaysWhatIsMissing() {
    Settings wrong = settings.with(Map.of("COLUMN_CUSTOMER_XP__XP_POINTS", "punkte"));
    assertThatThrownBy(() -> Ledger.start(LedgerConfig.from(wrong), meters, fatal::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the ledger cannot write to")
        .hasMessageContaining("punkte");
    Settings nobody =
        settings.with(
            Map.of("DATABASE_URL", "postgres://u:secret@127.0.0.1:1/x", "DATABASE_PATIENCE", "1s"));
    assertThatThrownBy(() -> Ledger.start(LedgerConfig.from(nobody), meters, fatal::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("u@127.0.0.1:1/x")
        .hasMessageNotContaining("secret");
  }
}
