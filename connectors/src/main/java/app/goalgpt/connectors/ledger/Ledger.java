package app.goalgpt.connectors.ledger;

import app.goalgpt.connectors.Migrations;
import app.goalgpt.connectors.batch.BatchConsumer;
import app.goalgpt.connectors.batch.DeadLetters;
import app.goalgpt.connectors.database.DatabasePool;
import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.connectors.database.Visibility;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles what the topology decided: reads {@link Topic#DECISIONS}, moves the balances, writes the
 * reward's row, and commits its offsets after that. Also reads {@link Topic#DELIVERIES} for the
 * push tokens that are dead. Several may run at the same time.
 */
public final class Ledger implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Ledger.class);

  private final HikariDataSource database;
  private final Settlement settlement;
  private final DeadTokens deadTokens;
  private final LedgerMetrics metrics;
  private final DeadLetters deadLetters;
  private final BatchConsumer<Claim> decisions;
  private final BatchConsumer<Delivery> deliveries;

  private Ledger(
      LedgerConfig config,
      HikariDataSource database,
      MeterRegistry registry,
      Consumer<Throwable> onFatal) {
    Clock clock = Clock.systemUTC();
    KafkaConfig kafka = config.kafka();
    Topics topics = new Topics(kafka, config.tables());
    this.database = database;
    this.settlement = new Settlement(config.tables(), config.qualifyingStatuses());
    this.deadTokens = new DeadTokens(config.tables());
    this.metrics = new LedgerMetrics(registry, clock);
    prepare(config, topics);
    this.deadLetters = new DeadLetters("ledger", kafka, topics, clock, registry);
    String group = kafka.topicPrefix() + "-ledger";
    this.decisions =
        new BatchConsumer<>(
            "ledger",
            BatchConsumer.properties(kafka.clientProperties(), group, config.batch()),
            record -> Claim.of(Claims.read(record.value())),
            this::settle,
            deadLetters,
            registry,
            onFatal);
    this.deliveries =
        new BatchConsumer<>(
            "ledger-tokens",
            gathered(
                BatchConsumer.properties(
                    kafka.clientProperties(), group + "-tokens", config.batch())),
            record -> Json.read(record.value(), Delivery.class),
            this::deactivate,
            deadLetters,
            registry,
            onFatal);
    decisions.start(topics.name(Topic.DECISIONS));
    deliveries.start(topics.name(Topic.DELIVERIES));
  }

  /**
   * Starts settling.
   *
   * @throws IllegalStateException when the database does not answer within its patience, or lacks
   *     what the ledger writes; the message says what
   */
  public static Ledger start(
      LedgerConfig config, MeterRegistry registry, Consumer<Throwable> onFatal) {
    HikariDataSource database = connect(config, registry);
    try {
      Ledger ledger = new Ledger(config, database, registry, onFatal);
      log.info(
          "ledger settles in {}, {} decisions at most at a time",
          config.database(),
          config.batch());
      return ledger;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  static HikariDataSource connect(LedgerConfig config, MeterRegistry registry) {
    return DatabasePool.open(
        config.database(),
        "ledger",
        2,
        Settlement.SESSION,
        Duration.ofMinutes(1),
        config.databasePatience(),
        registry);
  }

  /** A dead token can wait a second; fetching and committing every delivery by itself costs. */
  private static Map<String, Object> gathered(Map<String, Object> properties) {
    properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1 << 20);
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 1_000);
    return properties;
  }

  /** Settles nothing, which needs every table, column and privilege that settling needs. */
  private void prepare(LedgerConfig config, Topics topics) {
    Migrations.migrate(config.database(), config.tables());
    topics.ensure();
    try (Connection connection = database.getConnection()) {
      settlement.check(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the ledger cannot write to %s: %s".formatted(config.database(), Trouble.line(e)), e);
    }
  }

  /**
   * @return the claims whose refusal does not stand yet
   */
  private Map<Integer, Claim> settle(List<Claim> claims) throws SQLException {
    try (Connection connection = database.getConnection()) {
      long oldestUnderWay =
          claims.stream().allMatch(Claim::isNew) ? 0 : Visibility.oldestUnderWay(connection);
      Outcome outcome =
          metrics.timed(
              () -> settlement.settle(connection, claims.stream().map(Claim::decision).toList()));
      metrics.settled(outcome.settled());
      Map<Integer, Claim> later = new HashMap<>();
      for (Outcome.Refused refused : outcome.refused()) {
        Claim claim = claims.get(refused.place());
        if (refused.reason().isFinal() || claim.isLastAsked(oldestUnderWay)) {
          metrics.refused(refused.reason());
        } else {
          later.put(refused.place(), claim);
        }
      }
      if (!later.isEmpty()) {
        long transaction = Visibility.next(connection);
        connection.commit();
        later.replaceAll((place, claim) -> claim.refusedAt(transaction));
      }
      return later;
    }
  }

  private Map<Integer, Delivery> deactivate(List<Delivery> batch) throws SQLException {
    try (Connection connection = database.getConnection()) {
      metrics.deactivated(deadTokens.deactivate(connection, batch));
      return Map.of();
    }
  }

  /** Why nothing is settled now; empty when what comes is. Asks the database. */
  public Optional<String> trouble() {
    return Stream.of(decisions.trouble(), deliveries.trouble(), DatabasePool.trouble(database))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Why it never will go on; empty otherwise. */
  public Optional<String> stuck() {
    return decisions.stuck().or(deliveries::stuck);
  }

  /** Stops after the batch that is being settled. */
  @Override
  public void close() {
    decisions.close();
    deliveries.close();
    deadLetters.close();
    database.close();
    log.info("ledger stopped");
  }
}
