package app.goalgpt.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.connectors.Migrations;
import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code goalgpt campaign preview} of what is not to be sent, or cannot be. */
class PendingCampaignTest {
  private static EmbeddedPostgres postgres;
  private static Sql sql;
  private final String id = UUID.randomUUID().toString();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws SQLException {
    postgres = EmbeddedPostgres.temporary();
    sql = new Sql(postgres);
    try (Connection connection = postgres.connect()) {
      AppSchema.install(connection);
    }
    Settings settings = Settings.of(postgres.settings());
    Migrations.migrate(DatabaseConfig.from(settings), AppTables.from(settings));
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void onePendingIsPreviewed() throws SQLException {
    insert("'pending'", "'segment', '{\"xp_points\": {\"gte\": 100}}'");

    assertThat(preview(id)).as(said()).isEqualTo(ExitStatus.OK);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          {"shoe_size": 42}                       ; segment_filter.shoe_size is no field: allowed are xp_level,
          {"xp_points": {"gte": "1 OR 1=1"}}      ; segment_filter.xp_points.gte is "1 OR 1=1": allowed is a whole number
          {"platform": {"regex": "(a+)+$"}}       ; segment_filter.platform.regex is no comparison: allowed are eq, ne, in
          {"xp_level": [[[["gold"]]]]}            ; segment_filter.xp_level is
          {"is_vip": true, "options": {"variant_b": {"share": 0}}} ; segment_filter.options.variant_b.share is 0: allowed is a whole number from 1 to 99
          null                                    ; segment_filter is null: allowed is a JSON object
          "all"                                   ; segment_filter is "all": allowed is a JSON object
          """)
  void aBadFilterFailsAsTheCampaignWouldNamingTheField(String filter, String message)
      throws SQLException {
    insert("'pending'", "'segment', '%s'".formatted(filter));

    assertThat(preview(id)).isEqualTo(ExitStatus.REFUSED);
    assertThat(said())
        .startsWith("goalgpt: campaign %s would fail, nobody would get it: ".formatted(id))
        .contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          sent      ; was sent at 2026-11-20 21:00 (Europe/Istanbul): 1,204 customers, accepted for 1,200
          sending   ; is being sent: 1,204 customers, accepted for 1,200 so far
          failed    ; is failed: 1,204 customers, accepted for 1,200
          cancelled ; is cancelled: 1,204 customers, accepted for 1,200
          """)
  void oneThatIsNotPendingSaysWhatBecameOfIt(String status, String fate) throws SQLException {
    insert("'%s'".formatted(status), "'all', NULL");

    assertThat(preview(id)).isEqualTo(ExitStatus.REFUSED);
    assertThat(said()).isEqualTo("goalgpt: nothing to preview: campaign %s %s".formatted(id, fate));
  }

  @Test
  void anArchivedOneSaysSo() throws SQLException {
    insert("'sent'", "'all', NULL");
    sql.execute(
        """
        INSERT INTO scheduled_notifications_archive SELECT n.*, now() FROM scheduled_notifications n WHERE id = '%1$s';
        DELETE FROM scheduled_notifications WHERE id = '%1$s';
        """
            .formatted(id));

    assertThat(preview(id)).isEqualTo(ExitStatus.REFUSED);
    assertThat(said()).contains("was sent at 2026-11-20 21:00", "its row is in the archive");
  }

  @Test
  void oneThatWasDeletedAfterItHadRunSaysSo() throws SQLException {
    sql.execute(
        """
        INSERT INTO job_execution_logs (id, job_name, started_at, status, items_processed)
        VALUES ('%s', 'campaign', now(), 'success', 12)
        """
            .formatted(id));

    assertThat(preview(id)).isEqualTo(ExitStatus.REFUSED);
    assertThat(said()).contains("was deleted; the job log has a run of it: success, 12 customers");
  }

  @Test
  void anUnknownIdIsAWrongArgument() {
    assertThat(preview(id)).isEqualTo(ExitStatus.WRONG_SETTING);
    assertThat(said()).contains("ID=" + id, "there is none with this one");
  }

  @Test
  void whatIsNoIdIsAWrongArgument() {
    assertThat(preview("1; DROP TABLE badges")).isEqualTo(ExitStatus.WRONG_SETTING);
    assertThat(said()).contains("ID=1; DROP TABLE badges: allowed is the uuid");
  }

  private void insert(String status, String audience) throws SQLException {
    sql.execute(
        """
        INSERT INTO scheduled_notifications (id, title_tr, body_tr, status, target_audience, segment_filter,
                                             scheduled_at, sent_at, recipient_count, success_count)
        VALUES ('%s', E'iki\\nsatır', 'b', %s, %s, now() + interval '1 day', '2026-11-20 18:00Z', 1204, 1200)
        """
            .formatted(id, status, audience));
  }

  private int preview(String campaign) {
    Map<String, String> environment = new TreeMap<>(postgres.settings());
    environment.put("BUSINESS_ZONE", "Europe/Istanbul");
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return Goalgpt.execute(environment, stream, new StopSignal(), "campaign", "preview", campaign);
  }

  /** One line. */
  private String said() {
    assertThat(err.toString(StandardCharsets.UTF_8).lines().count()).isLessThan(2);
    return err.toString(StandardCharsets.UTF_8).strip();
  }
}
