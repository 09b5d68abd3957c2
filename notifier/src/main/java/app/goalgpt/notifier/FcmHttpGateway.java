package app.goalgpt.notifier;

import app.goalgpt.messages.Push;
import app.goalgpt.settings.SettingException;
import com.google.auth.RequestMetadataCallback;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.net.URIAuthority;

/**
 * FCM's HTTP v1 protocol: one message a request, many requests on a connection, each answered by
 * itself. No retries, no redirects, no queue: those are the {@link Sender}'s.
 */
final class FcmHttpGateway implements FcmGateway {
  private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
  private static final URI AUDIENCE = URI.create("https://" + FcmHttpClient.FCM_HOST);
  private static final String FAKE_PROJECT = "goalgpt";
  private static final long LOOK = 50; // ms

  private final Clock clock;
  private final boolean validateOnly;
  private final GoogleCredentials credentials;
  private final String path;
  private final FcmConnections connections;
  private final Duration toBeSent;
  private final Duration toBeAnswered;
  private final Set<FcmCall> underWay = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService watch =
      Executors.newScheduledThreadPool(1, named("fcm-watch"));
  private final ExecutorService tokens = Executors.newSingleThreadExecutor(named("fcm-token"));

  private FcmHttpGateway(FcmConfig config, int concurrency, boolean validateOnly, Clock clock) {
    this.clock = clock;
    this.validateOnly = validateOnly;
    this.credentials =
        config.serviceAccount().map(FcmHttpGateway::serviceAccount).orElseGet(() -> anybody(clock));
    this.path = "/v1/projects/%s/messages:send".formatted(projectId(config, credentials));
    this.connections = new FcmConnections(config, concurrency, this::giveUpAfter);
    this.toBeSent = config.connectTimeout().plus(config.writeTimeout());
    this.toBeAnswered = config.readTimeout();
  }

  /**
   * @param concurrency the number of requests that may be under way at once
   * @param validateOnly whether FCM is to look at messages and deliver none
   * @throws SettingException when the service account or the certificate cannot be read
   */
  static FcmHttpGateway open(FcmConfig config, int concurrency, boolean validateOnly, Clock clock) {
    FcmHttpGateway gateway = new FcmHttpGateway(config, concurrency, validateOnly, clock);
    gateway.watch.scheduleWithFixedDelay(gateway::giveUpLate, LOOK, LOOK, TimeUnit.MILLISECONDS);
    return gateway;
  }

  private static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private static GoogleCredentials serviceAccount(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return ServiceAccountCredentials.fromStream(in).createScoped(SCOPE);
    } catch (IOException e) {
      throw new SettingException(
          "FIREBASE_SERVICE_ACCOUNT_PATH",
          file.toString(),
          "the JSON file of a Firebase service account, as the Firebase console gives it out");
    }
  }

  /** What FCM_ENDPOINT gets to see: a bearer token that opens nothing. */
  private static GoogleCredentials anybody(Clock clock) {
    Date never = Date.from(clock.instant().plus(Duration.ofDays(36_500)));
    return GoogleCredentials.create(new AccessToken("nobody", never));
  }

  private static String projectId(FcmConfig config, GoogleCredentials credentials) {
    if (config.projectId().isPresent()) {
      return config.projectId().get();
    }
    if (credentials instanceof ServiceAccountCredentials account) {
      if (account.getProjectId() == null) {
        throw new SettingException(
            "FCM_PROJECT_ID", null, "the Firebase project; the service account does not name one");
      }
      return account.getProjectId();
    }
    return FAKE_PROJECT;
  }

  @Override
  public CompletableFuture<FcmAnswer> send(Push push, Push.Address address) {
    FcmCall call = new FcmCall(PushMessage.json(push, address, validateOnly, clock.instant()));
    underWay.add(call);
    credentials.getRequestMetadata(
        AUDIENCE,
        tokens,
        new RequestMetadataCallback() {
          @Override
          public void onSuccess(Map<String, List<String>> headers) {
            call.head(head(headers));
            connections.post(push.lane(), call);
          }

          @Override
          public void onFailure(Throwable cause) {
            call.answer().complete(FcmAnswer.none(FcmAnswer.NO_CREDENTIALS));
          }
        });
    return call.answer().thenApply(answer -> done(call, answer));
  }

  private HttpRequest head(Map<String, List<String>> authorization) {
    BasicHttpRequest head =
        new BasicHttpRequest(
            Method.POST.name(), URIScheme.HTTPS.id, new URIAuthority(FcmHttpClient.FCM_HOST), path);
    authorization
        .getOrDefault(HttpHeaders.AUTHORIZATION, List.of())
        .forEach(value -> head.addHeader(HttpHeaders.AUTHORIZATION, value));
    return head;
  }

  private FcmAnswer done(FcmCall call, FcmAnswer answer) {
    underWay.remove(call);
    return answer;
  }

  private void giveUpLate() {
    long now = System.nanoTime();
    List<FcmCall> late =
        underWay.stream().filter(call -> call.isLate(now, toBeSent, toBeAnswered)).toList();
    if (!late.isEmpty()) {
      connections.leaveSilent(); // before they are sent again
      late.forEach(FcmCall::giveUp);
    }
  }

  private void giveUpAfter(Goodbyes.Stream answered) {
    underWay.forEach(call -> call.giveUpIfAfter(answered));
  }

  @Override
  public void close() {
    watch.shutdownNow();
    connections.close();
    tokens.shutdownNow();
  }
}
