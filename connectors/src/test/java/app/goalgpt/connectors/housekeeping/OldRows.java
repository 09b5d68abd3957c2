package app.goalgpt.connectors.housekeeping;

import app.goalgpt.connectors.ledger.AppDatabase;
import app.goalgpt.connectors.run.DatabaseJob;
import app.goalgpt.connectors.run.Progress;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Tick;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Rows of every age in the tables that are cleaned, and what SPEC says is old of them, in SQL of
 * its own.
 */
final class OldRows {
  /** In the afternoon, so that a retention counted in calendar days would show. */
  static final Instant DUE = Instant.parse("2026-11-01T14:30:00.000001Z");

  /** Ages before a retention of 180 days, say: at the edge, beside it, far from it, and none. */
  private static final String INSTANTS =
      "(ARRAY[due - keep, due - keep - '1 microsecond'::interval, due - keep + '1"
          + " microsecond'::interval, due - keep - '1 hour'::interval, due - keep + '1"
          + " hour'::interval, due - keep * (2 * random()), due - keep * (2 * random()), due + '1"
          + " day'::interval])[1 + floor(8 * random())::int]";

  private static final String DUE_SQL = "timestamptz '" + DUE + "'";

  /** Which rows SPEC's table calls old, by table; {@code t} is the row. */
  static final Map<String, String> OLD = new LinkedHashMap<>();

  static {
    OLD.put("customer_xp_transactions", "t.created_at < DUE - interval '8760 hours'");
    OLD.put("customer_credit_transactions", "t.created_at < DUE - interval '8760 hours'");
    OLD.put("customer_ad_views", "t.completed_at < DUE - interval '4320 hours'");
    OLD.put("match_comment_likes", "t.created_at < DUE - interval '8760 hours'");
    OLD.put(
        "scheduled_notifications",
        "t.status NOT IN ('pending', 'sending') AND t.created_at < DUE - interval '2160 hours' AND"
            + " t.scheduled_at < DUE - interval '2160 hours' AND (t.sent_at IS NULL OR t.sent_at <"
            + " DUE - interval '2160 hours')");
    OLD.put(
        "job_execution_logs",
        "t.status <> 'running' AND t.started_at < DUE - interval '2160 hours' AND (t.completed_at"
            + " IS NULL OR t.completed_at < DUE - interval '2160 hours')");
    OLD.replaceAll((table, sql) -> sql.replace("DUE", DUE_SQL));
  }

  private OldRows() {}

  /** So many rows in each table that is archived. */
  static void insert(AppDatabase app, int rows) throws SQLException {
    insert(
        app,
        rows,
        365,
        "INSERT INTO customer_xp_transactions (customer_user_id, xp_amount, transaction_type,"
            + " metadata, created_at) SELECT customer, i, 'login', jsonb_build_object('i', i), %s");
    insert(
        app,
        rows,
        365,
        "INSERT INTO customer_credit_transactions (customer_user_id, amount, transaction_type,"
            + " balance_before, balance_after, created_at) SELECT customer, i, 'login', 0, i, %s");
    insert(
        app,
        rows,
        180,
        "INSERT INTO customer_ad_views (customer_user_id, ad_network, completed_at) SELECT"
            + " customer, 'n' || i, CASE WHEN i %% 10 > 0 THEN %s END");
    UUID comment = UUID.randomUUID();
    app.execute(
        "INSERT INTO match_comments (id, customer_user_id, match_id, content) SELECT ?, id, 'm',"
            + " 'Goal!' FROM customer_users LIMIT 1",
        comment);
    insert(
        app,
        rows,
        365,
        "INSERT INTO match_comment_likes (comment_id, customer_user_id, created_at) SELECT '"
            + comment
            + "', customer, %s");
    insert(
        app,
        rows,
        90,
        "INSERT INTO scheduled_notifications (title_tr, body_tr, target_audience, status,"
            + " created_at, scheduled_at, sent_at) SELECT 't', 'b', 'all', (ARRAY['pending',"
            + " 'sending', 'sent', 'failed', 'cancelled'])[1 + i %% 5], %1$s, CASE WHEN i %% 3 = 0"
            + " THEN due - keep * 3 ELSE %1$s END, CASE WHEN i %% 2 = 0 THEN %1$s END");
    insert(
        app,
        rows,
        90,
        "INSERT INTO job_execution_logs (job_name, status, started_at, completed_at) SELECT 'j',"
            + " (ARRAY['running', 'success', 'failed'])[1 + i %% 3], %1$s, CASE WHEN i %% 2 = 0"
            + " THEN %1$s END");
  }

  private static void insert(AppDatabase app, int rows, int days, String sql) throws SQLException {
    app.execute(
        sql.formatted(INSTANTS)
            + " FROM (SELECT row_number() OVER () AS i, id AS customer, ?::timestamptz AS due, ? *"
            + " interval '24 hours' AS keep FROM (SELECT id FROM customer_users ORDER BY random()"
            + " LIMIT ?) u) c",
        DUE.toString(),
        days,
        rows);
  }

  static void customers(AppDatabase app, int count) throws SQLException {
    app.execute("INSERT INTO customer_users SELECT FROM generate_series(1, ?)", count);
  }

  /** Nothing in any of the tables. */
  static void clear(AppDatabase app) throws SQLException {
    app.clear();
    for (String table : OLD.keySet()) {
      app.execute("TRUNCATE %1$s, %1$s_archive".formatted(table));
    }
  }

  /** Keeps what is there now, as {@code before_…}, for {@link #differences}. */
  static void remember(AppDatabase app) throws SQLException {
    for (String table : OLD.keySet()) {
      app.execute("DROP TABLE IF EXISTS before_" + table);
      app.execute("CREATE TABLE before_%1$s AS SELECT * FROM %1$s".formatted(table));
    }
  }

  /** Rows that are not where they should be, of a table. */
  static List<Map<String, String>> differences(AppDatabase app, String table) throws SQLException {
    String columns =
        app.value(
            "SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_name"
                + " = ?",
            "before_" + table);
    return app.rows(
        """
        WITH now AS (SELECT 'left' AS place, %1$s FROM %2$s
                     UNION ALL SELECT 'archived', %1$s FROM %2$s_archive),
             due AS (SELECT CASE WHEN %3$s THEN 'archived' ELSE 'left' END AS place, %1$s FROM before_%2$s t)
        (SELECT 'is', n.* FROM (SELECT * FROM now EXCEPT ALL SELECT * FROM due) n)
        UNION ALL
        (SELECT 'should be', d.* FROM (SELECT * FROM due EXCEPT ALL SELECT * FROM now) d)"""
            .formatted(columns, table, OLD.get(table)));
  }

  static long count(AppDatabase app, String relation) throws SQLException {
    return Long.parseLong(app.value("SELECT count(*) FROM " + relation));
  }

  static HousekeepingConfig config(AppDatabase app, Map<String, String> settings) {
    return HousekeepingConfig.from(app.settings.with(settings));
  }

  /** A job as a new process has it. */
  static DatabaseJob job(HousekeepingConfig config, Job job) {
    return job(config, job, new SimpleMeterRegistry());
  }

  static DatabaseJob job(HousekeepingConfig config, Job job, MeterRegistry registry) {
    return Housekeeping.jobs(config, registry).get(job);
  }

  static Tick tick(Job job) {
    return new Tick(job.specName(), DUE, Instant.parse("2026-11-21T10:00:00Z"));
  }

  static Progress silent() {
    return items -> {};
  }
}
