package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.messages.AppTable;
import app.goalgpt.topology.customer.Credits;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Tallies;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random inserts, updates, soft and hard deletes in a real Postgres; each change goes to the
 * topology in another order, some of them twice. Afterwards every customer's state equals SQL over
 * the rows.
 */
class CountsAreSqlsCountsTest {
  private static final int CUSTOMERS = 12;
  private static final int CHANGES = 1500;
  private static EmbeddedPostgres postgres;

  private record Delivery(AppTable table, UUID key, byte[] envelope) {}

  /** A live row: its table, id and columns as the database has them. */
  private record LiveRow(AppTable table, Map<String, Object> columns) {}

  private final TopologyRun run = new TopologyRun();
  private final List<Delivery> deliveries = new ArrayList<>();
  private final List<LiveRow> rows = new ArrayList<>();
  private final List<UUID> customers = new ArrayList<>();
  private final Map<UUID, LiveRow> referralOf = new HashMap<>();

  @BeforeAll
  static void start() throws SQLException {
    postgres = EmbeddedPostgres.temporary();
    try (Connection connection = postgres.connect()) {
      AppSchema.install(connection);
    }
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @AfterEach
  void close() {
    run.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whateverTheOrderAndHoweverOften(long seed) throws SQLException {
    Random random = new Random(seed);
    try (Connection connection = postgres.connect()) {
      for (int i = 0; i < CUSTOMERS; i++) {
        customers.add(newCustomer(connection));
      }
      for (int i = 0; i < CHANGES; i++) {
        change(connection, random);
      }
      deliver(random);
      for (UUID customer : customers) {
        Customer state = run.state(customer);
        assertThat(state.tallies())
            .as("tallies of %s", customer)
            .isEqualTo(sqlTallies(connection, customer));
        assertThat(state.credits().get().map(Credits::lifetimeEarned).orElse(0).longValue())
            .isEqualTo(
                number(
                    connection,
                    "SELECT coalesce(max(lifetime_earned), 0) FROM customer_credits WHERE customer_user_id = ?",
                    customer));
        assertThat(state.hasLoggedIn(null))
            .isEqualTo(
                number(
                        connection,
                        "SELECT count(*) FROM customer_oauth_identities WHERE customer_user_id = ? AND deleted_at IS NULL AND last_login_at IS NOT NULL",
                        customer)
                    > 0);
      }
    }
  }

  private UUID newCustomer(Connection connection) throws SQLException {
    UUID id = UUID.randomUUID();
    execute(
        connection,
        "INSERT INTO customer_users (id, email) VALUES (?, ?)",
        id,
        id + "@example.invalid");
    delivered(
        AppTable.CUSTOMER_USERS,
        id,
        Envelopes.created(
            run.next(),
            Envelopes.row(
                "id",
                id,
                "locale_preference",
                "tr",
                "is_push_allowed_mobile",
                true,
                "deleted_at",
                null)));
    return id;
  }

  private void change(Connection connection, Random random) throws SQLException {
    int dice = random.nextInt(100);
    if (dice < 40 || rows.isEmpty()) {
      insert(connection, random);
    } else if (dice < 85) {
      update(connection, rows.get(random.nextInt(rows.size())), random);
    } else {
      delete(connection, rows.get(random.nextInt(rows.size())));
    }
  }

  private void insert(Connection connection, Random random) throws SQLException {
    UUID customer = customers.get(random.nextInt(customers.size()));
    UUID id = UUID.randomUUID();
    switch (random.nextInt(5)) {
      case 0 -> {
        execute(
            connection,
            "INSERT INTO match_comments (id, customer_user_id, match_id, content, like_count) VALUES (?, ?, 'm1', 'a comment', 2)",
            id,
            customer);
        added(
            AppTable.MATCH_COMMENTS,
            customer,
            Envelopes.row(
                "id",
                id,
                "customer_user_id",
                customer,
                "like_count",
                2,
                "status",
                "active",
                "deleted_at",
                null));
      }
      case 1 -> {
        execute(
            connection,
            "INSERT INTO ts_prediction_mapped (id, purchased_by_user_id) VALUES (?, ?)",
            id,
            customer);
        added(
            AppTable.TS_PREDICTION_MAPPED,
            customer,
            Envelopes.row("id", id, "purchased_by_user_id", customer, "result", null));
      }
      case 2 -> {
        UUID referrer = customers.get(random.nextInt(customers.size()));
        if (!referrer.equals(customer) && !referralOf.containsKey(customer)) {
          execute(
              connection,
              "INSERT INTO referrals (id, referrer_user_id, referred_user_id, referral_code, status, tier) VALUES (?, ?, ?, 'CODE', 'pending', 1)",
              id,
              referrer,
              customer);
          referralOf.put(
              customer,
              added(
                  AppTable.REFERRALS,
                  customer,
                  TopologyRun.referralRow(id, referrer, customer, 1, "pending", null)));
        }
      }
      case 3 -> {
        String provider = List.of("google", "apple", "phone").get(random.nextInt(3));
        if (execute(
                connection,
                "INSERT INTO customer_oauth_identities (id, customer_user_id, provider, last_login_at) VALUES (?, ?, ?, '2026-01-01T00:00:00Z') ON CONFLICT DO NOTHING",
                id,
                customer,
                provider)
            == 1) {
          added(
              AppTable.CUSTOMER_OAUTH_IDENTITIES,
              customer,
              Envelopes.row(
                  "id",
                  id,
                  "customer_user_id",
                  customer,
                  "last_login_at",
                  "2026-01-01T00:00:00Z",
                  "deleted_at",
                  null));
        }
      }
      default -> {
        if (execute(
                connection,
                "INSERT INTO customer_credits (id, customer_user_id, balance, lifetime_earned) VALUES (?, ?, 5, 5) ON CONFLICT DO NOTHING",
                id,
                customer)
            == 1) {
          added(
              AppTable.CUSTOMER_CREDITS,
              customer,
              Envelopes.row(
                  "id", id, "customer_user_id", customer, "lifetime_earned", 5, "balance", 5));
        }
      }
    }
  }

  private void update(Connection connection, LiveRow row, Random random) throws SQLException {
    Map<String, Object> columns = row.columns();
    UUID id = (UUID) columns.get("id");
    switch (row.table()) {
      case MATCH_COMMENTS -> {
        columns.put("like_count", random.nextInt(20));
        columns.put(
            "status", List.of("active", "hidden", "deleted", "flagged").get(random.nextInt(4)));
        columns.put("deleted_at", random.nextInt(4) == 0 ? "2026-01-02T00:00:00Z" : null);
        execute(
            connection,
            "UPDATE match_comments SET like_count = ?, status = ?, deleted_at = ?::timestamptz WHERE id = ?",
            columns.get("like_count"),
            columns.get("status"),
            columns.get("deleted_at"),
            id);
      }
      case TS_PREDICTION_MAPPED -> {
        columns.put("result", List.of("pending", "won", "lost", "void").get(random.nextInt(4)));
        execute(
            connection,
            "UPDATE ts_prediction_mapped SET result = ? WHERE id = ?",
            columns.get("result"),
            id);
        if (random.nextInt(5) == 0) {
          sell(connection, row, customers.get(random.nextInt(customers.size())));
          return;
        }
      }
      case REFERRALS -> {
        UUID referrer = customers.get(random.nextInt(customers.size()));
        if (!referrer.equals(columns.get("referred_user_id"))) {
          columns.put("referrer_user_id", referrer);
        }
        columns.put("tier", 1 + random.nextInt(3));
        execute(
            connection,
            "UPDATE referrals SET referrer_user_id = ?, tier = ? WHERE id = ?",
            columns.get("referrer_user_id"),
            columns.get("tier"),
            id);
      }
      case CUSTOMER_OAUTH_IDENTITIES -> {
        columns.put("deleted_at", random.nextBoolean() ? "2026-01-02T00:00:00Z" : null);
        execute(
            connection,
            "UPDATE customer_oauth_identities SET deleted_at = ?::timestamptz WHERE id = ?",
            columns.get("deleted_at"),
            id);
      }
      default -> {
        columns.put("lifetime_earned", random.nextInt(1000));
        execute(
            connection,
            "UPDATE customer_credits SET lifetime_earned = ? WHERE id = ?",
            columns.get("lifetime_earned"),
            id);
      }
    }
    delivered(row.table(), key(row), Envelopes.updated(run.next(), columns));
  }

  /** A changed key: Debezium writes a delete for the one customer and a create for the other. */
  private void sell(Connection connection, LiveRow row, UUID buyer) throws SQLException {
    UUID seller = key(row);
    if (seller.equals(buyer)) {
      delivered(row.table(), seller, Envelopes.updated(run.next(), row.columns()));
      return;
    }
    long lsn = run.next();
    delivered(row.table(), seller, Envelopes.deleted(lsn, row.columns()));
    row.columns().put("purchased_by_user_id", buyer);
    execute(
        connection,
        "UPDATE ts_prediction_mapped SET purchased_by_user_id = ? WHERE id = ?",
        buyer,
        row.columns().get("id"));
    delivered(row.table(), buyer, Envelopes.created(lsn, row.columns()));
  }

  private void delete(Connection connection, LiveRow row) throws SQLException {
    execute(
        connection,
        "DELETE FROM " + row.table().specName() + " WHERE id = ?",
        row.columns().get("id"));
    delivered(row.table(), key(row), Envelopes.deleted(run.next(), row.columns()));
    rows.remove(row);
    referralOf.values().remove(row);
  }

  private LiveRow added(AppTable table, UUID customer, Map<String, Object> columns) {
    LiveRow row = new LiveRow(table, columns);
    rows.add(row);
    delivered(table, customer, Envelopes.created(run.next(), columns));
    return row;
  }

  private static UUID key(LiveRow row) {
    return (UUID) row.columns().get(row.table().keyColumn());
  }

  private void delivered(AppTable table, UUID key, byte[] envelope) {
    deliveries.add(new Delivery(table, key, envelope));
  }

  /** Out of order, a third of them twice. */
  private void deliver(Random random) {
    List<Delivery> all = new ArrayList<>(deliveries);
    deliveries.stream().filter(delivery -> random.nextInt(3) == 0).forEach(all::add);
    Collections.shuffle(all, random);
    all.forEach(delivery -> run.change(delivery.table(), delivery.key(), delivery.envelope()));
  }

  private static Tallies sqlTallies(Connection connection, UUID customer) throws SQLException {
    String comments =
        "FROM match_comments WHERE customer_user_id = ? AND status = 'active' AND deleted_at IS NULL";
    String predictions = "FROM ts_prediction_mapped WHERE purchased_by_user_id = ? AND result = ";
    String referrals = "FROM referrals WHERE referrer_user_id = ? AND tier >= ";
    return new Tallies(
        number(connection, "SELECT count(*) " + comments, customer),
        number(connection, "SELECT coalesce(sum(like_count), 0) " + comments, customer),
        number(connection, "SELECT count(*) " + predictions + "'won'", customer),
        number(connection, "SELECT count(*) " + predictions + "'lost'", customer),
        number(connection, "SELECT count(*) " + referrals + "1", customer),
        number(connection, "SELECT count(*) " + referrals + "2", customer),
        number(connection, "SELECT count(*) " + referrals + "3", customer));
  }

  private static long number(Connection connection, String sql, UUID customer) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, customer);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    }
  }

  private static int execute(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }
}
