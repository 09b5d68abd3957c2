package app.goalgpt.embedded.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The protocol as the JDK's HTTP client sees it: a client that knows nothing of FCM. */
class FakeFcmServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static FakeFcmServer fcm;
  private static SSLContext trusting;

  @BeforeAll
  static void start() throws Exception {
    fcm = FakeFcmServer.start();
    trusting = trusting(fcm);
  }

  @AfterAll
  static void stop() {
    fcm.close();
  }

  private static SSLContext trusting(FakeFcmServer server) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("fcm", server.certificate());
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static HttpClient client(HttpClient.Version version) {
    return HttpClient.newBuilder().sslContext(trusting).version(version).build();
  }

  private static HttpRequest.Builder request(String body) {
    return HttpRequest.newBuilder(URI.create(fcm.url() + "/v1/projects/demo/messages:send"))
        .timeout(PATIENCE)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static HttpResponse<String> post(String body) throws Exception {
    return client(HttpClient.Version.HTTP_2)
        .send(
            request(body).header("Authorization", "Bearer any").build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static String to(String token) {
    return """
        {"message": {"token": "%s", "notification": {"title": "Yeni Rozet! 🎖️", "body": "b"},
         "data": {"type": "badge_unlock"}, "android": {"collapse_key": "k", "ttl": "60s",
         "priority": "high"}, "apns": {"payload": {"aps": {"badge": 1}}}}}"""
        .formatted(token);
  }

  private static JsonNode error(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body()).path("error");
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1", "HTTP_2"})
  void takesAMessageOverBothProtocols(HttpClient.Version version) throws Exception {
    List<AcceptedMessage> heard = new CopyOnWriteArrayList<>();
    fcm.onAccepted(heard::add);
    long before = fcm.acceptedCount();

    HttpResponse<String> response =
        client(version)
            .send(
                request(to("phone")).header("Authorization", "Bearer any").build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.version()).isEqualTo(version);
    String name = JSON.readTree(response.body()).path("name").asText();
    assertThat(name).matches("projects/demo/messages/\\d+");
    assertThat(fcm.acceptedCount()).isEqualTo(before + 1);
    assertThat(fcm.accepted()).extracting(AcceptedMessage::name).contains(name);
    assertThat(heard).extracting(AcceptedMessage::title).containsExactly("Yeni Rozet! 🎖️");
    assertThat(heard).extracting(AcceptedMessage::collapseKey).containsExactly("k");
  }

  @ParameterizedTest
  @CsvSource({
    "UNREGISTERED, 404, NOT_FOUND",
    "INVALID_ARGUMENT, 400, INVALID_ARGUMENT",
    "SENDER_ID_MISMATCH, 403, PERMISSION_DENIED",
    "THIRD_PARTY_AUTH_ERROR, 401, UNAUTHENTICATED",
    "QUOTA_EXCEEDED, 429, RESOURCE_EXHAUSTED",
    "UNAVAILABLE, 503, UNAVAILABLE",
    "INTERNAL, 500, INTERNAL"
  })
  void refusesAsFcmDoes(FcmError error, int httpStatus, String status) throws Exception {
    String token = "refused-" + error;
    fcm.answer(token, Answer.refuse(error), Answer.refuse(error).withoutDetails());

    HttpResponse<String> detailed = post(to(token));
    HttpResponse<String> bare = post(to(token));

    assertThat(detailed.statusCode()).isEqualTo(httpStatus);
    assertThat(error(detailed).path("code").asInt()).isEqualTo(httpStatus);
    assertThat(error(detailed).path("status").asText()).isEqualTo(status);
    JsonNode detail = error(detailed).at("/details/0");
    assertThat(detail.path("@type").asText())
        .isEqualTo("type.googleapis.com/google.firebase.fcm.v1.FcmError");
    assertThat(detail.path("errorCode").asText()).isEqualTo(error.name());
    assertThat(bare.statusCode()).isEqualTo(httpStatus);
    assertThat(error(bare).has("details")).isFalse();
    assertThat(post(to(token)).statusCode()).as("after the script").isEqualTo(200);
  }

  @Test
  void saysWhenToComeBack() throws Exception {
    fcm.answer("busy", Answer.refuse(FcmError.UNAVAILABLE).retryAfter(Duration.ofSeconds(120)));
    assertThat(post(to("busy")).headers().firstValue("Retry-After")).hasValue("120");
  }

  @Test
  void tokensOfUninstalledAppsAreUnregistered() throws Exception {
    HttpResponse<String> response = post(to("dead-1"));
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(error(response).at("/details/0/errorCode").asText()).isEqualTo("UNREGISTERED");
  }

  @Test
  void aDryRunIsNotDelivered() throws Exception {
    long before = fcm.acceptedCount();
    HttpResponse<String> response =
        post("{\"validate_only\": true, \"message\": {\"token\": \"phone\"}}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(fcm.acceptedCount()).isEqualTo(before);
  }

  @Test
  void wantsABearerToken() throws Exception {
    HttpResponse<String> response =
        client(HttpClient.Version.HTTP_2)
            .send(request(to("phone")).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(error(response).path("status").asText()).isEqualTo("UNAUTHENTICATED");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | ",
        "{\"message\": {}} | message.token",
        "{\"message\": {\"token\": \"t\", \"colour\": 1}} | message",
        "{\"message\": {\"token\": \"t\", \"data\": {\"day\": 3}}} | message.data.day",
        "{\"message\": {\"token\": \"t\", \"data\": {\"from\": \"me\"}}} | message.data",
        "{\"message\": {\"token\": \"t\", \"android\": {\"ttl\": \"1h\"}}} | message.android.ttl",
        "{\"message\": {\"token\": \"t\", \"apns\": {\"payload\": {}}}} | message.apns.payload",
      })
  void refusesAMalformedMessageNamingTheField(String body, String field) throws Exception {
    long before = fcm.requestCount();
    HttpResponse<String> response = post(body);
    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode detail = error(response).at("/details/0");
    assertThat(detail.path("@type").asText())
        .isEqualTo("type.googleapis.com/google.rpc.BadRequest");
    assertThat(detail.at("/fieldViolations/0/field").asText())
        .isEqualTo(field == null ? "" : field);
    assertThat(fcm.requestCount()).isEqualTo(before);
  }

  @Test
  void refusesWhatIsTooBig() throws Exception {
    String body =
        "{\"message\": {\"token\": \"t\", \"data\": {\"a\": \"%s\"}}}".formatted("x".repeat(4096));
    assertThat(post(body).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void resetsTheConnection(HttpClient.Version version) {
    fcm.answer("reset", Answer.reset());
    HttpRequest request = request(to("reset")).header("Authorization", "Bearer any").build();
    assertThatThrownBy(() -> client(version).send(request, HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(HttpTimeoutException.class);
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void takesTheMessageAndSendsHalfAnAnswer(HttpClient.Version version) {
    long before = fcm.acceptedCount();
    fcm.answer("half", Answer.half());
    HttpRequest request = request(to("half")).header("Authorization", "Bearer any").build();
    assertThatThrownBy(() -> client(version).send(request, HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(HttpTimeoutException.class);
    assertThat(fcm.acceptedCount()).isEqualTo(before + 1);
  }

  @Test
  void hangsWhenToldTo() {
    fcm.answer("silent", Answer.silence());
    HttpRequest request =
        request(to("silent"))
            .header("Authorization", "Bearer any")
            .timeout(Duration.ofMillis(300))
            .build();
    assertThatThrownBy(
            () ->
                client(HttpClient.Version.HTTP_2)
                    .send(request, HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void answersLateWhenToldTo() throws Exception {
    fcm.answer("late", Answer.accept().after(Duration.ofMillis(50)));
    long start = System.nanoTime();
    assertThat(post(to("late")).statusCode()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(50));
  }

  @Test
  void nobodyTrustsItWithoutBeingTold() {
    HttpRequest request = request(to("phone")).header("Authorization", "Bearer any").build();
    assertThatThrownBy(
            () -> HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void keepsNoMoreMessagesThanItWasTold() throws Exception {
    try (FakeFcmServer small = FakeFcmServer.start(2, Script.accepting())) {
      HttpClient client = HttpClient.newBuilder().sslContext(trusting(small)).build();
      for (int i = 0; i < 5; i++) {
        client.send(
            HttpRequest.newBuilder(URI.create(small.url() + "/v1/projects/demo/messages:send"))
                .header("Authorization", "Bearer any")
                .POST(HttpRequest.BodyPublishers.ofString(to("phone-" + i)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
      }
      assertThat(small.acceptedCount()).isEqualTo(5);
      assertThat(small.accepted())
          .extracting(AcceptedMessage::token)
          .containsExactly("phone-3", "phone-4");
    }
  }
}
