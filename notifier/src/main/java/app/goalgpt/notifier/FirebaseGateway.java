package app.goalgpt.notifier;

import app.goalgpt.messages.Push;
import app.goalgpt.settings.SettingException;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.firebase.FirebaseApp;
import com.google.firebase.FirebaseOptions;
import com.google.firebase.IncomingHttpResponse;
import com.google.firebase.ThreadManager;
import com.google.firebase.internal.ApacheHttp2Transport;
import com.google.firebase.messaging.FirebaseMessaging;
import com.google.firebase.messaging.FirebaseMessagingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Date;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * FCM through firebase-admin. HTTP v1 takes one message a request, and {@code
 * FirebaseMessaging.sendEach} is {@code sendAsync} in a loop with one common future: one answer
 * that cannot be read loses all of them, and the slowest holds all of them up. So each message is
 * sent by {@code sendAsync} and answered by itself.
 */
final class FirebaseGateway implements FcmGateway {
  private static final String FAKE_PROJECT = "goalgpt";

  private final Clock clock;
  private final FirebaseApp app;
  private final FirebaseMessaging messaging;
  private final ApacheHttp2Transport transport;

  private FirebaseGateway(FirebaseOptions options, ApacheHttp2Transport transport, Clock clock) {
    this.clock = clock;
    this.transport = transport;
    this.app = FirebaseApp.initializeApp(options, "notifier-" + UUID.randomUUID());
    this.messaging = FirebaseMessaging.getInstance(app);
  }

  /**
   * @param concurrency the number of requests that may be under way at once
   * @throws SettingException when the service account or the certificate cannot be read
   */
  static FirebaseGateway open(FcmConfig config, int concurrency, Clock clock) {
    GoogleCredentials credentials =
        config
            .serviceAccount()
            .map(FirebaseGateway::serviceAccount)
            .orElseGet(() -> anybody(clock));
    ApacheHttp2Transport transport =
        new ApacheHttp2Transport(FcmHttpClient.create(config, concurrency));
    FirebaseOptions options =
        FirebaseOptions.builder()
            .setCredentials(credentials)
            .setProjectId(projectId(config, credentials))
            .setHttpTransport(transport)
            .setThreadManager(new Threads(concurrency))
            .setConnectTimeout(millis(config.connectTimeout()))
            .setWriteTimeout(millis(config.writeTimeout()))
            .setReadTimeout(millis(config.readTimeout()))
            .build();
    return new FirebaseGateway(options, transport, clock);
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }

  private static GoogleCredentials serviceAccount(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return ServiceAccountCredentials.fromStream(in);
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
    CompletableFuture<FcmAnswer> answer = new CompletableFuture<>();
    ApiFutures.addCallback(
        messaging.sendAsync(PushMessage.of(push, address, clock.instant())),
        new ApiFutureCallback<>() {
          @Override
          public void onSuccess(String name) {
            answer.complete(FcmAnswer.accepted());
          }

          @Override
          public void onFailure(Throwable failure) {
            answer.complete(answer(failure));
          }
        },
        Runnable::run);
    return answer;
  }

  private static FcmAnswer answer(Throwable failure) {
    if (!(failure instanceof FirebaseMessagingException e)) {
      // The client chokes on error bodies that are not FCM's, a proxy's for one.
      return FcmAnswer.none("UNREADABLE");
    }
    IncomingHttpResponse response = e.getHttpResponse();
    if (response == null) {
      return FcmAnswer.none("IO");
    }
    if (response.getStatusCode() / 100 == 2) {
      return FcmAnswer.none("UNREADABLE");
    }
    return FcmAnswer.refused(
        response.getStatusCode(), response.getContent(), header(response, FcmHttpClient.WAIT));
  }

  /** Headers come under any capitalisation, as text or as a list of texts. */
  private static String header(IncomingHttpResponse response, String name) {
    return response.getHeaders().entrySet().stream()
        .filter(entry -> entry.getKey().toLowerCase(Locale.ROOT).equals(name))
        .map(
            entry ->
                entry.getValue() instanceof Collection<?> values
                    ? values.iterator().next().toString()
                    : entry.getValue().toString())
        .findFirst()
        .orElse(null);
  }

  @Override
  public void close() {
    app.delete();
    try {
      transport.shutdown();
    } catch (IOException e) {
      throw new IllegalStateException("cannot close the connections to FCM", e);
    }
  }

  /** As many threads as requests may be under way: the client holds one for each. */
  private static final class Threads extends ThreadManager {
    private final int most;

    Threads(int most) {
      this.most = most;
    }

    @Override
    protected ExecutorService getExecutor(FirebaseApp app) {
      ThreadPoolExecutor executor =
          new ThreadPoolExecutor(
              most, most, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), getThreadFactory());
      executor.allowCoreThreadTimeOut(true);
      return executor;
    }

    @Override
    protected void releaseExecutor(FirebaseApp app, ExecutorService executor) {
      executor.shutdownNow();
    }

    @Override
    protected ThreadFactory getThreadFactory() {
      return task -> {
        Thread thread = new Thread(task, "fcm");
        thread.setDaemon(true);
        return thread;
      };
    }
  }
}
