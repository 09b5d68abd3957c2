package app.goalgpt.connectors.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.connectors.Migrations;
import app.goalgpt.connectors.ledger.AppDatabase;
import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Job;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A deployment with names of its own, and a role that may do no more than the page says. */
class RenamedTablesTest {
  private static final Map<String, String> NAMES =
      Map.of(
          "TABLE_CUSTOMER_AD_VIEWS", "Ads_seen",
          "TABLE_CUSTOMER_AD_VIEWS_ARCHIVE", "old_ads",
          "COLUMN_CUSTOMER_AD_VIEWS__ID", "view_id",
          "COLUMN_CUSTOMER_AD_VIEWS__COMPLETED_AT", "done_at",
          "TABLE_CUSTOMER_PUSH_TOKENS", "devices",
          "COLUMN_CUSTOMER_PUSH_TOKENS__UPDATED_AT", "seen_at");

  @Test
  void cleansTablesWhateverTheyAreCalledWithTheRightsThatTheDocumentLists() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary();
        Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      AppSchema.install(connection);
      statement.execute(
          """
          ALTER TABLE customer_ad_views RENAME TO "Ads_seen";
          ALTER TABLE "Ads_seen" RENAME completed_at TO done_at;
          ALTER TABLE "Ads_seen" RENAME id TO view_id;
          ALTER TABLE customer_push_tokens RENAME TO devices;
          ALTER TABLE devices RENAME updated_at TO seen_at;
          INSERT INTO customer_users SELECT FROM generate_series(1, 5);
          INSERT INTO "Ads_seen" (customer_user_id, ad_network, done_at)
              SELECT id, 'n', '2020-01-01' FROM customer_users;
          INSERT INTO devices (customer_user_id, fcm_token, seen_at)
              SELECT id, id::text, '2020-01-01' FROM customer_users;""");
      Settings settings = Settings.of(postgres.settings()).with(NAMES);
      Migrations.migrate(DatabaseConfig.from(settings), AppTables.from(settings));
      grant(statement);

      Map<String, String> role = new HashMap<>();
      role.put("DATABASE_USER", "housekeeper");
      role.put("DATABASE_PASSWORD", "x");
      HousekeepingConfig config = HousekeepingConfig.from(settings.with(role));
      for (Job job : new Job[] {Job.OLD_LOGS_CLEANUP, Job.DEAD_TOKEN_CLEANUP}) {
        assertThat(OldRows.job(config, job).run(OldRows.tick(job), OldRows.silent())).isEqualTo(5);
      }
      assertThat(count(statement, "\"Ads_seen\"")).isZero();
      assertThat(count(statement, "old_ads")).isEqualTo(5);
      assertThat(count(statement, "devices")).isZero();
    }
  }

  @Test
  void withoutTheRightToVacuumTheRowsGoAllTheSame() throws Exception {
    try (AppDatabase app = new AppDatabase();
        Connection connection = app.postgres.connect();
        Statement statement = connection.createStatement()) {
      OldRows.customers(app, 5);
      app.execute(
          "INSERT INTO customer_push_tokens (customer_user_id, fcm_token, is_active) SELECT id,"
              + " id::text, false FROM customer_users");
      statement.execute("CREATE ROLE housekeeper LOGIN PASSWORD 'x'");
      statement.execute("GRANT SELECT, UPDATE, DELETE ON customer_push_tokens TO housekeeper");
      HousekeepingConfig config =
          OldRows.config(app, Map.of("DATABASE_USER", "housekeeper", "DATABASE_PASSWORD", "x"));

      try (Connection role = Session.open(config)) {
        assertThat(new Relation(config.tables(), AppTable.CUSTOMER_PUSH_TOKENS).vacuum(role))
            .hasValueSatisfying(why -> assertThat(why).contains("permission denied"));
      }
      assertThat(
              OldRows.job(config, Job.DEAD_TOKEN_CLEANUP)
                  .run(OldRows.tick(Job.DEAD_TOKEN_CLEANUP), OldRows.silent()))
          .isEqualTo(5);
    }
  }

  private static void grant(Statement statement) throws SQLException {
    statement.execute("CREATE ROLE housekeeper LOGIN PASSWORD 'x'");
    for (String table :
        new String[] {
          "customer_xp_transactions",
          "customer_credit_transactions",
          "\"Ads_seen\"",
          "match_comment_likes",
          "scheduled_notifications",
          "job_execution_logs",
          "devices"
        }) {
      statement.execute(
          "GRANT SELECT, UPDATE, DELETE, MAINTAIN ON %s TO housekeeper".formatted(table));
    }
    for (String archive :
        new String[] {
          "customer_xp_transactions_archive",
          "customer_credit_transactions_archive",
          "old_ads",
          "match_comment_likes_archive",
          "scheduled_notifications_archive",
          "job_execution_logs_archive"
        }) {
      statement.execute("GRANT SELECT, INSERT, UPDATE ON %s TO housekeeper".formatted(archive));
    }
  }

  private static long count(Statement statement, String table) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void anArchiveWhoseNameWouldBeTooLongIsNamedByASetting() {
    String name = "x".repeat(60);
    Settings settings = Settings.of(Map.of("TABLE_CUSTOMER_AD_VIEWS", name));
    assertThatThrownBy(() -> AppTables.from(settings))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("TABLE_CUSTOMER_AD_VIEWS_ARCHIVE=" + name + "_archive");
    AppTables tables =
        AppTables.from(settings.with(Map.of("TABLE_CUSTOMER_AD_VIEWS_ARCHIVE", "old_views")));
    assertThat(tables.sql("{customer_ad_views_archive}")).isEqualTo("\"public\".\"old_views\"");
  }
}
