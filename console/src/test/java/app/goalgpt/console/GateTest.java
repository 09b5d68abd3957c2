package app.goalgpt.console;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the console refuses, how it says so, and that nothing is changed by it. */
class GateTest {
  private static ConsoleStage stage;

  @BeforeAll
  static void start() throws SQLException {
    stage = new ConsoleStage();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @AfterEach
  void nothingIsChanged() {
    assertThat(stage.actions()).isEmpty();
    assertThat(stage.records(stage.topics.name(Topic.TICKS))).isEmpty();
    assertThat(stage.records(stage.topics.name(Topic.JOB_SWITCHES))).isEmpty();
    assertThat(stage.fatal.get()).isNull();
  }

  private static void refused(HttpResponse<String> response, int status) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = Json.MAPPER.readTree(response.body());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("type").asText()).isEqualTo("about:blank");
    assertThat(problem.path("title").asText()).isNotBlank();
    assertThat(problem.path("detail").asText()).isNotBlank();
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(response.headers().firstValue("Content-Security-Policy"))
        .get()
        .asString()
        .contains("default-src 'none'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer a-token-of-this-test-012345678",
        "Bearer a-token-of-this-test-01234567890",
        "Bearer A-TOKEN-OF-THIS-TEST-0123456789",
        "Basic YS10b2tlbi1vZi10aGlzLXRlc3QtMDEyMzQ1Njc4OTo="
      })
  void whoHasNoTokenGetsAndDoesNothing(String authorization) throws Exception {
    for (String path : new String[] {"api/jobs", "api/live", "api/nothing", "api/openapi.yaml"}) {
      HttpRequest.Builder request = HttpRequest.newBuilder(stage.at(path));
      if (!authorization.isEmpty()) {
        request.header("Authorization", authorization);
      }
      HttpResponse<String> response = stage.send(request.build());
      refused(response, 401);
      assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
    }
    HttpRequest run =
        HttpRequest.newBuilder(stage.at("api/jobs/dead-token-cleanup/runs"))
            .header("Authorization", "Bearer wrong")
            .POST(BodyPublishers.noBody())
            .build();
    refused(stage.send(run), 401);
  }

  @Test
  void aTokenInTheAddressIsNone() throws Exception {
    refused(
        stage.send(
            HttpRequest.newBuilder(stage.at("api/jobs?token=" + ConsoleStage.TOKEN)).build()),
        401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | api/nothing                                   | 404",
        "GET    | api/jobs/nonsense/runs                        | 405",
        "DELETE | api/jobs                                      | 405",
        "POST   | index.html                                    | 405",
        "GET    | nothing.html                                  | 404",
        "POST   | api/jobs/nonsense/runs                        | 404",
        "POST   | api/jobs/'; DROP TABLE badges; --/runs        | 404",
        "GET    | api/runs/1                                    | 400",
        "GET    | api/runs/1-1-1-1-1                            | 400",
        "GET    | api/runs/00000000-0000-4000-8000-000000000001 | 404",
        "GET    | api/runs?status=nonsense                      | 400",
        "GET    | api/runs?limit=0                              | 400",
        "GET    | api/runs?limit=100000                         | 400",
        "GET    | api/runs?limit=ten                            | 400",
        "GET    | api/runs?limit=1&limit=2                      | 400",
        "GET    | api/runs?lmit=1                               | 400",
        "GET    | api/runs?since=yesterday                      | 400",
        "GET    | api/runs?before=1_2_3                         | 400",
        "GET    | api/runs?job=a%00b                            | 400",
        "GET    | api/runs?job=%ff%fe                           | 400",
        "GET    | api/campaigns/x' OR '1'='1                    | 400",
        "POST   | api/campaigns/00000000-0000-4000-8000-000000000001/cancel | 404",
        "GET    | api/campaigns/00000000-0000-4000-8000-000000000001/preview | 404",
        "GET    | api/customers                                 | 400",
        "GET    | api/customers?q=' OR 1=1 --                   | 400",
        "GET    | api/customers?q=nobody@example.org            | 404",
        "GET    | api/customers/00000000-0000-4000-8000-000000000001 | 404",
        "GET    | api/dead-letters/-1                           | 400",
        "GET    | api/dead-letters/99999999999999999999         | 400",
        "GET    | api/dead-letters/7                            | 404",
        "POST   | api/dead-letters/7/replay                     | 404",
        "POST   | api/dead-letters/7/drop                       | 404",
        "GET    | api/dead-letters?state=nonsense               | 400",
      })
  void whatMakesNoSenseIsRefused(String method, String path, int status) throws Exception {
    String encoded = path.replace(" ", "%20").replace("'", "%27").replace(";", "%3B");
    refused(stage.change(method, encoded, null), status);
  }

  /** A semicolon and its like may be refused by the server before the console sees them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/api/../api/jobs/dead-token-cleanup/runs/../../../index.html",
        "/api//jobs",
        "/api/jobs/",
        "/api/jobs;x=1",
        "/api/jobs%00",
        "/app/goalgpt/console/openapi.yaml",
        "/\\..\\index.html",
        "//index.html",
        "/api/%6a%6fbs%2fx"
      })
  void tricksWithPathsLeadNowhere(String path) throws IOException {
    String answer = raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(answer).matches("(?s)HTTP/1.1 40[0145] .*");
    assertThat(answer).contains("\"status\":40").doesNotContain("root:").doesNotContain("openapi:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET /api/jobs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
        "GET /api/jobs HTTP/9.9\r\nHost: x\r\n\r\n"
      })
  void whatIsNoHttpIsRefused(String request) throws IOException {
    assertThat(raw(request)).matches("(?s)HTTP/1.1 [45]\\d\\d .*");
  }

  @Test
  void longHeadersAreRefused() throws IOException {
    String answer = raw("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 431 ");
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", stage.console.address().getPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.UTF_8));
      out.flush();
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void bodiesThatMakeNoSenseAreRefused() throws Exception {
    String job = "api/jobs/dead-token-cleanup/";
    refused(stage.change("PUT", job + "switch", null), 400);
    refused(stage.change("PUT", job + "switch", "{}"), 400);
    refused(stage.change("PUT", job + "switch", "{\"enabled\":\"yes\"}"), 400);
    refused(stage.change("PUT", job + "switch", "{\"enabled\":true,\"x\":1}"), 400);
    refused(stage.change("PUT", job + "switch", "[true]"), 400);
    refused(stage.change("PUT", job + "switch", "{"), 400);
    refused(stage.change("POST", job + "runs", "{\"plannedAt\":\"soon\"}"), 400);
    refused(stage.change("PUT", job + "switch", "[".repeat(10_000)), 400);
    refused(stage.change("PUT", job + "switch", " ".repeat(17 * 1024)), 413);
    HttpRequest form =
        stage
            .request(job + "switch")
            .PUT(BodyPublishers.ofString("enabled=true"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .build();
    refused(stage.send(form), 415);
  }

  /** Else it would send its next request into a connection that is being closed. */
  @ParameterizedTest
  @ValueSource(strings = {"", "Authorization: Bearer " + ConsoleStage.TOKEN + "\r\n"})
  void whoseBodyIsNotReadIsToldThatTheConnectionEnds(String token) throws IOException {
    String answer =
        raw(
            "PUT /api/nothing-here HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n"
                + token
                + "\r\n");
    assertThat(answer).matches("(?s)HTTP/1.1 40[14] .*").contains("\r\nConnection: close\r\n");
  }

  @Test
  void aBodyThatIsMuchTooLongLosesNoAnswer() throws Exception {
    for (int i = 0; i < 20; i++) {
      refused(
          stage.change("PUT", "api/jobs/dead-token-cleanup/switch", " ".repeat(1_000_000)), 413);
    }
  }

  @Test
  void aBodyWithoutALengthIsBoundedToo() throws Exception {
    byte[] large = " ".repeat(200_000).getBytes(StandardCharsets.UTF_8);
    HttpRequest chunked =
        stage
            .request("api/jobs/dead-token-cleanup/switch")
            .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
            .header("Content-Type", "application/json")
            .build();
    refused(stage.send(chunked), 413);
  }

  @Test
  void thePageIsThereForEverybodyAndAsksNobodyElseForAnything() throws Exception {
    for (String path :
        new String[] {"", "index.html", "main.js", "console.css", "icon.svg", "live.js"}) {
      HttpResponse<String> response = stage.send(HttpRequest.newBuilder(stage.at(path)).build());
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Security-Policy")).isPresent();
      assertThat(response.body().replace("http://www.w3.org/2000/svg", ""))
          .doesNotContain("http:")
          .doesNotContain("https:");
      String tag = response.headers().firstValue("ETag").orElseThrow();
      HttpRequest again =
          HttpRequest.newBuilder(stage.at(path)).header("If-None-Match", tag).build();
      assertThat(stage.send(again).statusCode()).isEqualTo(304);
    }
  }
}
