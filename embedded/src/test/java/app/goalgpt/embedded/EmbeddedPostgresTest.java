package app.goalgpt.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.sun.security.auth.module.UnixSystem;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
  private static final String NOBODY = "65534";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void is_ready_for_logical_decoding_and_acknowledges_commits_at_once() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary();
        Connection connection = postgres.connect()) {
      assertThat(one(connection, "SELECT current_database()")).isEqualTo("goalgpt");
      assertThat(one(connection, "SHOW wal_level")).isEqualTo("logical");
      assertThat(one(connection, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(one(connection, "SHOW track_commit_timestamp")).isEqualTo("on");
      assertThat(one(connection, "SHOW server_encoding")).isEqualTo("UTF8");
      assertThat(one(connection, "SELECT pg_create_logical_replication_slot('s', 'pgoutput')"))
          .startsWith("(s,");
    }
  }

  @Test
  void keeps_turkish_text_and_emoji() throws Exception {
    String text = "Yeni Rozet! 🎖️ İlk Arkadaş ığüşöç";
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary();
        Connection connection = postgres.connect();
        var statement = connection.prepareStatement("SELECT ?::text, char_length(?)")) {
      statement.setString(1, text);
      statement.setString(2, text);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        assertThat(row.getString(1)).isEqualTo(text);
        assertThat(row.getInt(2)).isEqualTo(text.codePointCount(0, text.length()));
      }
    }
  }

  @Test
  void removes_its_temporary_folder() throws Exception {
    Path home;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary();
        Connection connection = postgres.connect()) {
      home = Path.of(one(connection, "SHOW data_directory")).getParent();
      assertThat(home).isDirectory();
    }
    assertThat(home).doesNotExist();
  }

  @Test
  void survives_restarts_on_the_same_port() throws Exception {
    int port;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.in(folder)) {
      port = postgres.port();
      execute(postgres, "CREATE TABLE kept AS SELECT 42 AS answer");
      postgres.restart();
      assertThat(postgres.port()).isEqualTo(port);
      assertThat(answer(postgres)).isEqualTo("42");
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.in(folder)) {
      assertThat(postgres.port()).isEqualTo(port);
      assertThat(answer(postgres)).isEqualTo("42");
    }
  }

  @Test
  void takes_another_port_when_that_of_last_time_is_taken() throws Exception {
    int before;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.in(folder)) {
      before = postgres.port();
    }
    try (ServerSocket other = new ServerSocket(before, 1, InetAddress.getLoopbackAddress());
        EmbeddedPostgres postgres = EmbeddedPostgres.in(folder)) {
      assertThat(postgres.port()).isNotEqualTo(other.getLocalPort());
      execute(postgres, "SELECT 1");
    }
  }

  @Test
  void is_away_between_stop_and_start() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary()) {
      postgres.stop();
      assertThatThrownBy(postgres::connect)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("refused");
      postgres.start();
      execute(postgres, "SELECT 1");
    }
  }

  @Test
  void restarts_while_a_replication_client_does_not_confirm() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary()) {
      execute(postgres, "SELECT pg_create_logical_replication_slot('s', 'test_decoding')");
      try (Connection replication =
          DriverManager.getConnection(
              postgres.url().replaceFirst("postgres://(.*):(.*)@", "jdbc:postgresql://")
                  + "?replication=database&assumeMinServerVersion=14&preferQueryMode=simple",
              "postgres",
              postgres.url().replaceFirst(".*:(.*)@.*", "$1"))) {
        var stream =
            replication
                .unwrap(org.postgresql.PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName("s")
                .start();
        execute(postgres, "CREATE TABLE kept AS SELECT 42 AS answer");
        assertThat(stream.read()).isNotNull();
        postgres.restart();
      }
      assertThat(answer(postgres)).isEqualTo("42");
    }
  }

  @Test
  void takes_settings_of_postgresql_conf() throws Exception {
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.in(folder, Map.of("max_wal_size", "3GB", "jit", "on"));
        Connection connection = postgres.connect()) {
      assertThat(one(connection, "SHOW max_wal_size")).isEqualTo("3GB");
      assertThat(one(connection, "SHOW jit")).isEqualTo("on");
    }
  }

  @Test
  void names_a_setting_that_postgres_does_not_know() {
    assertThatThrownBy(() -> EmbeddedPostgres.in(folder, Map.of("no_such_setting", "1")))
        .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
  }

  @Test
  void asks_for_the_password_that_the_url_carries() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary()) {
      assertThat(postgres.url())
          .matches("postgres://postgres:[0-9a-f]{32}@127\\.0\\.0\\.1:\\d+/goalgpt");
      assertThat(postgres.settings()).containsOnly(Map.entry("DATABASE_URL", postgres.url()));
      String jdbc = "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/goalgpt";
      assertThatThrownBy(() -> DriverManager.getConnection(jdbc, "postgres", "guessed").close())
          .hasMessageContaining("password authentication failed");
      assertThat(postgres.toString()).doesNotContain(postgres.url().split("[:@]")[2]);
    }
  }

  @Test
  void listens_on_loopback_alone() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary()) {
      List<InetAddress> outside =
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .filter(address -> !address.isLoopbackAddress())
              .toList();
      assumeThat(outside).isNotEmpty();
      for (InetAddress address : outside) {
        assertThatThrownBy(() -> new Socket(address, postgres.port()).close())
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void refuses_a_folder_that_is_in_use() {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.in(folder)) {
      assertThatThrownBy(() -> EmbeddedPostgres.in(folder)).hasMessageContaining("is in use");
      assertThat(postgres.port()).isPositive();
    }
  }

  @Test
  void ends_with_a_killed_jvm_and_starts_again_in_its_folder() throws Exception {
    long postmaster;
    try (ChildJvm child = new ChildJvm(PostgresMain.class, folder.toString())) {
      child.line();
      postmaster = postmaster(folder);
      assertThat(ProcessHandle.of(postmaster)).isPresent();
      child.kill();
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.in(folder)) {
      await().atMost(PATIENCE).until(() -> ProcessHandle.of(postmaster).isEmpty());
      assertThat(answer(postgres)).isEqualTo("42");
    }
  }

  @Test
  void removes_the_temporary_folder_of_a_killed_jvm() throws Exception {
    try (ChildJvm child = new ChildJvm(PostgresMain.class)) {
      Path home = Path.of(child.line()).getParent();
      assertThat(home).isDirectory();
      child.kill();
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(home).doesNotExist());
    }
  }

  @Test
  void starts_over_a_pid_file_whose_number_another_program_has_by_now() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.in(folder)) {
      execute(postgres, "CREATE TABLE kept AS SELECT 42 AS answer");
      Path pidFile = folder.resolve("data/postmaster.pid");
      String text = Files.readString(pidFile);
      postgres.stop();
      Files.writeString(
          pidFile, text.replaceFirst("\\d+", Long.toString(ProcessHandle.current().pid())));
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.in(folder)) {
      assertThat(answer(postgres)).isEqualTo("42");
    }
  }

  @Test
  void runs_as_nobody_where_root_has_no_user_namespaces() throws Exception {
    assumeThat(new UnixSystem().getUid()).isZero();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path home = folder.resolve("postgres");
    PostgresAccount nobody = PostgresAccount.of(PostgresAccount.Kind.NOBODY);
    for (int run = 0; run < 2; run++) {
      try (EmbeddedPostgres postgres = EmbeddedPostgres.in(home, Map.of(), nobody)) {
        execute(postgres, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer");
        assertThat(answer(postgres)).isEqualTo("42");
        assertThat(Files.getAttribute(home.resolve("data/postmaster.pid"), "unix:uid"))
            .hasToString(NOBODY);
      }
    }
  }

  @Test
  void says_which_folder_nobody_cannot_enter() throws Exception {
    assumeThat(new UnixSystem().getUid()).isZero();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    PostgresAccount nobody = PostgresAccount.of(PostgresAccount.Kind.NOBODY);
    assertThatThrownBy(() -> EmbeddedPostgres.in(folder.resolve("postgres"), Map.of(), nobody))
        .hasMessageContaining("nobody cannot enter")
        .hasMessageContaining(folder.toString());
  }

  @Test
  void runs_under_an_ordinary_user() throws Exception {
    assumeThat(new UnixSystem().getUid()).isZero();
    Path home = Files.createTempDirectory("goalgpt-ordinary-");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> asNobody =
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    try (ChildJvm child =
        new ChildJvm(asNobody, readableClassPath(home), PostgresMain.class.getName())) {
      assertThat(child.line()).contains("goalgpt-postgres-");
    } finally {
      FileTrees.delete(home);
    }
  }

  /** This JVM's class path where everybody can read it: a repository under /root is root's. */
  private static String readableClassPath(Path home) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path place = home.resolve(entries.size() + "-" + Path.of(entry).getFileName());
      if (Files.isDirectory(Path.of(entry))) {
        FileTrees.copy(Path.of(entry), place);
      } else {
        Files.copy(Path.of(entry), place);
      }
      entries.add(place.toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  private static long postmaster(Path home) throws IOException {
    return Long.parseLong(Files.readAllLines(home.resolve("data/postmaster.pid")).get(0).strip());
  }

  private static String answer(EmbeddedPostgres postgres) throws SQLException {
    try (Connection connection = postgres.connect()) {
      return one(connection, "SELECT answer FROM kept");
    }
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
