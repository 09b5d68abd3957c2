package app.goalgpt.connectors.ledger;

import app.goalgpt.connectors.Migrations;
import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Cause;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A real Postgres with the app's tables and this system's, and rows put in as the app would. */
public final class AppDatabase implements AutoCloseable {
  public static final Cause CAUSE =
      new Cause("match_comments", "7", 42, Instant.parse("2026-11-21T10:00:00.123456Z"));
  public static final Instant DECIDED = Instant.parse("2026-11-21T10:00:00.2Z");

  public final EmbeddedPostgres postgres;
  public final Settings settings;
  public final AppTables tables;
  private Connection connection;

  public AppDatabase() {
    this(true);
  }

  /**
   * @param migrated whether this system's own tables are to be there
   */
  public AppDatabase(boolean migrated) {
    try {
      postgres = EmbeddedPostgres.temporary();
      settings = Settings.of(postgres.settings());
      tables = AppTables.from(settings);
      connection = postgres.connect();
      AppSchema.install(connection);
      if (migrated) {
        Migrations.migrate(DatabaseConfig.from(settings), tables);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** After the server was stopped and started. */
  public void reconnect() throws SQLException {
    connection = postgres.connect();
  }

  /** A connection as the ledger has it. */
  public Connection ledgerConnection() throws SQLException {
    Connection fresh = postgres.connect();
    Settlement.prepareSession(fresh);
    return fresh;
  }

  /** All rows gone, the tables there. */
  public void clear() throws SQLException {
    execute(
        "TRUNCATE customer_users, badges, reward_ledger, customer_xp_transactions_archive,"
            + " customer_credit_transactions_archive CASCADE");
  }

  public void execute(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      statement.execute();
    }
  }

  /** Every row as its columns' values by name, as text. */
  public List<Map<String, String>> rows(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      List<Map<String, String>> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          Map<String, String> row = new LinkedHashMap<>();
          for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            row.put(result.getMetaData().getColumnLabel(i), result.getString(i));
          }
          rows.add(row);
        }
      }
      return rows;
    }
  }

  /** The first row's first value, as text. */
  public String value(String sql, Object... values) throws SQLException {
    return rows(sql, values).get(0).values().iterator().next();
  }

  private static void bind(PreparedStatement statement, Object[] values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  public UUID customer() throws SQLException {
    UUID id = UUID.randomUUID();
    execute("INSERT INTO customer_users (id, email) VALUES (?, ?)", id, id + "@example.com");
    return id;
  }

  /** A customer with that many comments that count, each liked three times. */
  public UUID commenter(int comments) throws SQLException {
    UUID id = customer();
    comments(id, comments);
    return id;
  }

  public void comments(UUID customer, int comments) throws SQLException {
    execute(
        "INSERT INTO match_comments (customer_user_id, match_id, content, like_count) SELECT ?,"
            + " 'm', 'Goal!', 3 FROM generate_series(1, ?)",
        customer,
        comments);
  }

  public void predictions(UUID customer, String result, int predictions) throws SQLException {
    execute(
        "INSERT INTO ts_prediction_mapped (purchased_by_user_id, result) SELECT ?, ? FROM"
            + " generate_series(1, ?)",
        customer,
        result,
        predictions);
  }

  public void login(UUID customer, Instant at) throws SQLException {
    execute(
        "INSERT INTO customer_oauth_identities (customer_user_id, provider, last_login_at) VALUES"
            + " (?, 'google', ?::timestamptz)",
        customer,
        at.toString());
  }

  public void subscribe(UUID customer) throws SQLException {
    execute(
        "INSERT INTO subscriptions (customer_user_id, status, platform, expired_at) VALUES (?,"
            + " 'active', 'ios', now() + interval '9 days')",
        customer);
  }

  public UUID badge(String condition, int xp, int credits, int vipDays) throws SQLException {
    UUID id = UUID.randomUUID();
    execute(
        "INSERT INTO badges (id, slug, name_tr, name_en, unlock_condition, reward_xp,"
            + " reward_credits, reward_vip_days) VALUES (?, ?, 'Rozet', 'Badge', ?::jsonb, ?, ?, ?)",
        id,
        "badge-" + id,
        condition,
        xp,
        credits,
        vipDays);
    return id;
  }

  public UUID referral(UUID referrer, UUID referred, int tier, String status) throws SQLException {
    UUID id = UUID.randomUUID();
    execute(
        "INSERT INTO referrals (id, referrer_user_id, referred_user_id, referral_code, tier, status)"
            + " VALUES (?, ?, ?, 'CODE', ?, ?)",
        id,
        referrer,
        referred,
        tier,
        status);
    return id;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    postgres.close();
  }
}
