package app.goalgpt.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What a whole running system tells over HTTP, and that it is true. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MetricsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LISTED =
      Pattern.compile("^\\| `(goalgpt_[a-z_]+)`( †)? \\|", Pattern.MULTILINE);
  private static final Pattern EXPOSED =
      Pattern.compile("^# TYPE (goalgpt_[a-z_]+) ", Pattern.MULTILINE);
  private static final Duration LONG = Duration.ofSeconds(90);

  private static EmbeddedPlatform platform;
  private static Monitoring monitoring;
  private static Pipeline pipeline;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws SQLException {
    platform = EmbeddedPlatform.temporary();
    Settings settings =
        platform.settings(
            Map.of(
                "CAPTURE_HEARTBEAT_INTERVAL", "1s",
                "JOB_RUN_PATIENCE", "10s",
                "CONSOLE_PORT", "0",
                "CONSOLE_TOKEN", "a-token-of-the-test-alone"));
    monitoring = Monitoring.start(MonitoringConfig.from(settings));
    assertThat(ask("/health/ready")).as("before the start").startsWith("503").contains("starting");
    pipeline = Pipeline.start(settings, monitoring.registry(), failure -> {});
    monitoring.watch(pipeline);
    execute(
        """
        INSERT INTO badges (slug, name_tr, name_en, unlock_condition)
        VALUES ('first', 'İlk', 'First', '{"type": "comments", "count": 1}');
        INSERT INTO customer_users (id, email)
        VALUES ('00000000-0000-4000-8000-000000000001', 'a@example.com');
        INSERT INTO customer_push_tokens (customer_user_id, fcm_token, platform)
        VALUES ('00000000-0000-4000-8000-000000000001', 'phone', 'ios');
        INSERT INTO match_comments (customer_user_id, match_id, content)
        VALUES ('00000000-0000-4000-8000-000000000001', '1', 'hello')
        """);
  }

  @AfterAll
  static void stop() {
    pipeline.close();
    monitoring.close();
    platform.close();
  }

  @Test
  @Order(1)
  void tellsOfARewardAndItsPush() {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              String metrics = ask("/metrics");
              assertThat(value(metrics, "goalgpt_ledger_settled_total{kind=\"badge_unlock\"}"))
                  .isEqualTo(1);
              assertThat(value(metrics, "goalgpt_notifier_accepted_total{lane=\"REWARD\"}"))
                  .isEqualTo(1);
              assertThat(value(metrics, "goalgpt_ledger_commit_to_settled_seconds_count"))
                  .isEqualTo(1);
              assertThat(
                      value(
                          metrics, "goalgpt_ledger_commit_to_settled_seconds_bucket{le=\"600.0\"}"))
                  .isEqualTo(1);
              assertThat(
                      value(
                          metrics,
                          "goalgpt_query_seconds_count{part=\"ledger\",statement=\"ledger.settle\"}"))
                  .isGreaterThan(0);
              // The server's own word is the measure: some WAL is kept for a slot, not all of it.
              assertThat(value(metrics, "goalgpt_capture_slot_retained_bytes")).isBetween(1.0, 1e9);
            });
  }

  @Test
  @Order(2)
  void exposesWhatTheListSaysAndNothingElse() throws IOException {
    Set<String> always = new TreeSet<>();
    Set<String> sometimes = new TreeSet<>();
    Matcher row = LISTED.matcher(Files.readString(ROOT.resolve("docs/metrics.md")));
    while (row.find()) {
      (row.group(2) == null ? always : sometimes).add(row.group(1));
    }
    assertThat(always).hasSizeGreaterThan(40);
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              Set<String> exposed = exposed(ask("/metrics"));
              assertThat(exposed).containsAll(always);
              exposed.removeAll(always);
              assertThat(sometimes).as("listed, with †").containsAll(exposed);
            });
    String code = code();
    for (String name : sometimes) {
      assertThat(code).contains(name.replaceAll("_(total|seconds)$", "").replace('_', '.'));
    }
  }

  @Test
  @Order(3)
  void tellsOfTheLibrariesToo() {
    assertThat(ask("/metrics"))
        .contains(
            "jvm_memory_used_bytes",
            "process_uptime_seconds",
            "kafka_consumer_fetch_manager_records_lag",
            "kafka_producer_record_send_total",
            "kafka_stream_");
  }

  @Test
  @Order(4)
  void isReadyAndLiveAndNothingElseIsThere() {
    awaitReady();
    assertThat(ask("/health/ready"))
        .contains("capture", "topology", "ledger", "notifier", "scheduler-bridge", "console");
    assertThat(ask("/health/live")).startsWith("200");
    assertThat(ask("/")).startsWith("404");
    assertThat(ask("/metrics/../health/live")).startsWith("404");
    assertThat(request("/metrics", "POST")).startsWith("405");
  }

  /** The server's sender is stopped, so the connection stands and nothing comes. */
  @Test
  @Order(5)
  void captureThatReadsNothingIsNotReady() throws Exception {
    String sender = first("SELECT active_pid::text FROM pg_replication_slots");
    signal("STOP", sender);
    try {
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(ask("/health/ready"))
                      .startsWith("503")
                      .containsPattern("\"capture\":\"(nothing was read for|interrupted)")
                      .contains("\"ledger\":\"ready\""));
      assertThat(ask("/health/live")).startsWith("200");
    } finally {
      signal("CONT", sender);
    }
    awaitReady();
  }

  @Test
  @Order(6)
  void aLedgerWhoseDatabaseIsAwayIsNotReadyButLive() {
    platform.postgres().stop();
    try {
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(ask("/health/ready"))
                      .startsWith("503")
                      .containsPattern("\"ledger\":\"(the database does not|does not answer)")
                      .contains("\"capture\":\"interrupted")
                      .contains("\"notifier\":\"ready\""));
      assertThat(ask("/health/live")).startsWith("200");
    } finally {
      platform.postgres().start();
    }
    awaitReady();
  }

  @Test
  @Order(7)
  void whenTheBrokerIsAwayNobodyIsReadyButAllAreLive() throws SQLException {
    platform.kafka().stop();
    try {
      // What has nothing to write does not miss the broker.
      execute("UPDATE match_comments SET like_count = like_count + 1");
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(ask("/health/ready"))
                      .startsWith("503")
                      .containsPattern("\"(capture)\":\"(nothing was read|interrupted)")
                      .containsPattern("\"(topology|ledger|scheduler-bridge)\":\"[^r]")
                      .contains("\"notifier\":\"the broker was not heard of"));
      assertThat(ask("/health/live")).startsWith("200");
    } finally {
      platform.kafka().start();
    }
    awaitReady();
  }

  private static void awaitReady() {
    await().atMost(LONG).untilAsserted(() -> assertThat(ask("/health/ready")).startsWith("200"));
  }

  private static Set<String> exposed(String metrics) {
    Set<String> names = new TreeSet<>();
    Matcher type = EXPOSED.matcher(metrics);
    while (type.find()) {
      if (!type.group(1).endsWith("_max")) {
        names.add(type.group(1));
      }
    }
    return names;
  }

  private static double value(String metrics, String series) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .sum();
  }

  private static String code() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module :
        List.of("connectors", "topology", "notifier", "scheduler-bridge", "console")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        files.filter(path -> path.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    try (Stream<Path> files = Files.walk(ROOT.resolve("standalone/src/main/java"))) {
      files.filter(path -> path.toString().endsWith(".java")).forEach(sources::add);
    }
    StringBuilder code = new StringBuilder();
    for (Path source : sources) {
      code.append(Files.readString(source));
    }
    return code.toString();
  }

  /** The status and the body. */
  private static String ask(String path) {
    return request(path, "GET");
  }

  private static String request(String path, String method) {
    URI uri = URI.create(monitoring.address().orElseThrow() + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(30))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void signal(String signal, String pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, pid).inheritIO().start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = platform.postgres().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String first(String sql) throws SQLException {
    try (Connection connection = platform.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
