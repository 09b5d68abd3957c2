package app.goalgpt.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.embedded.fcm.AcceptedMessage;
import app.goalgpt.embedded.fcm.FakeFcmServer;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Databases;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code goalgpt push}, over a real Postgres and the fake FCM server. */
class PushCommandTest {
  private static final String REACHABLE = "00000000-0000-4000-8000-000000000001";
  private static final String SILENT = "00000000-0000-4000-8000-000000000002";
  private static final String DEAD = "00000000-0000-4000-8000-000000000003";

  private static EmbeddedPostgres postgres;
  private static FakeFcmServer fcm;
  private static Map<String, String> environment;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws SQLException {
    postgres = EmbeddedPostgres.temporary();
    fcm = FakeFcmServer.start();
    environment = new TreeMap<>(postgres.settings());
    environment.putAll(fcm.settings());
    DatabaseConfig database = DatabaseConfig.from(Settings.of(environment));
    try (Connection connection = Databases.of(database).getConnection();
        Statement statement = connection.createStatement()) {
      AppSchema.install(connection);
      statement.execute(
          """
          INSERT INTO customer_users (id, email, is_push_allowed_mobile)
          VALUES ('%1$s', 'a@example.com', true), ('%2$s', 'b@example.com', false),
                 ('%3$s', 'c@example.com', true);
          INSERT INTO customer_push_tokens (id, customer_user_id, fcm_token, platform, is_active)
          VALUES (gen_random_uuid(), '%1$s', 'phone', 'ios', true),
                 (gen_random_uuid(), '%1$s', 'dead-tablet', 'android', true),
                 (gen_random_uuid(), '%1$s', 'old', 'android', false),
                 (gen_random_uuid(), '%2$s', 'quiet', 'ios', true),
                 (gen_random_uuid(), '%3$s', 'dead-phone', 'ios', true)
          """
              .formatted(REACHABLE, SILENT, DEAD));
    }
  }

  @AfterAll
  static void stop() {
    fcm.close();
    postgres.close();
  }

  @Test
  void goesToEveryActiveDevice() {
    long before = fcm.requestCount();
    assertThat(push(REACHABLE)).as(said()).isEqualTo(ExitStatus.OK);
    assertThat(fcm.requestCount() - before).isEqualTo(2);
    assertThat(fcm.accepted())
        .filteredOn(message -> message.title().equals("Merhaba"))
        .extracting(AcceptedMessage::token)
        .containsExactly("phone");
  }

  @Test
  void aDryRunDeliversNothing() {
    long before = fcm.acceptedCount();
    assertThat(push(REACHABLE, "--dry-run")).as(said()).isEqualTo(ExitStatus.OK);
    assertThat(fcm.acceptedCount()).isEqualTo(before);
  }

  @Test
  void whoWantsNoPushesGetsNone() {
    long before = fcm.requestCount();
    assertThat(push(SILENT)).isEqualTo(ExitStatus.REFUSED);
    assertThat(said()).contains("switched off");
    assertThat(push(UUID.randomUUID().toString())).isEqualTo(ExitStatus.REFUSED);
    assertThat(said()).contains("no customer");
    assertThat(fcm.requestCount()).isEqualTo(before);
  }

  @Test
  void whenNoDeviceTookItTheStatusSaysSo() {
    assertThat(push(DEAD)).isEqualTo(ExitStatus.REFUSED);
  }

  @Test
  void aCustomerThatIsNoUuidIsOneLineAndStatus2() {
    assertThat(push("somebody")).isEqualTo(ExitStatus.WRONG_SETTING);
    assertThat(said()).contains("CUSTOMER=somebody", "allowed is");
  }

  private int push(String customer, String... options) {
    String[] arguments = {"push", customer, "--title", "Merhaba", "--body", "Deneme"};
    String[] all = new String[arguments.length + options.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(options, 0, all, arguments.length, options.length);
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return Goalgpt.execute(environment, stream, new StopSignal(), all);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
