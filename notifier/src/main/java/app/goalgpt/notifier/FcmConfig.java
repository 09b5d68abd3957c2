package app.goalgpt.notifier;

import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How FCM is reached. Without a service account everything goes to {@code endpoint}: the same
 * client, another route.
 *
 * @param serviceAccount the JSON file of the Firebase service account
 * @param endpoint where requests for fcm.googleapis.com go instead, {@code https://host:port}
 * @param trust a PEM file with the certificate that the endpoint shows
 * @param projectId the Firebase project; absent takes the service account's
 * @param connectTimeout for a connection, TLS included
 * @param writeTimeout for sending one request
 * @param readTimeout for one answer, from the moment that the request is sent
 */
public record FcmConfig(
    Optional<Path> serviceAccount,
    Optional<URI> endpoint,
    Optional<Path> trust,
    Optional<String> projectId,
    Duration connectTimeout,
    Duration writeTimeout,
    Duration readTimeout) {
  private static final Duration LEAST = Duration.ofMillis(50);
  private static final Duration MOST = Duration.ofMinutes(5);

  /**
   * Reads FIREBASE_SERVICE_ACCOUNT_PATH, FCM_ENDPOINT, FCM_TRUST_CERTIFICATE, FCM_PROJECT_ID,
   * FCM_CONNECT_TIMEOUT, FCM_WRITE_TIMEOUT and FCM_READ_TIMEOUT.
   *
   * @throws SettingException when it is not clear where to send, or a file is not there
   */
  public static FcmConfig from(Settings settings) {
    Optional<Path> account = file(settings, "FIREBASE_SERVICE_ACCOUNT_PATH");
    Optional<URI> endpoint = settings.text("FCM_ENDPOINT").map(FcmConfig::endpoint);
    if (account.isEmpty() == endpoint.isEmpty()) {
      throw new SettingException(
          "FIREBASE_SERVICE_ACCOUNT_PATH",
          account.map(Path::toString).orElse(null),
          "the JSON file of a Firebase service account to send through Google, or FCM_ENDPOINT to"
              + " send elsewhere (the fake server, for one): one of the two, not both");
    }
    return new FcmConfig(
        account,
        endpoint,
        file(settings, "FCM_TRUST_CERTIFICATE"),
        settings.text("FCM_PROJECT_ID"),
        settings.duration("FCM_CONNECT_TIMEOUT", Duration.ofSeconds(5), LEAST, MOST),
        settings.duration("FCM_WRITE_TIMEOUT", Duration.ofSeconds(10), LEAST, MOST),
        settings.duration("FCM_READ_TIMEOUT", Duration.ofSeconds(10), LEAST, MOST));
  }

  private static Optional<Path> file(Settings settings, String name) {
    Optional<Path> path = settings.text(name).map(Path::of);
    if (path.isPresent() && !Files.isReadable(path.get())) {
      throw new SettingException(name, path.get().toString(), "the path of a readable file");
    }
    return path;
  }

  private static URI endpoint(String text) {
    try {
      URI uri = URI.create(text);
      boolean bare = uri.getRawPath() == null || uri.getRawPath().matches("/?");
      if ("https".equals(uri.getScheme()) && uri.getHost() != null && bare) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new SettingException("FCM_ENDPOINT", text, "https://host:port");
    }
    throw new SettingException("FCM_ENDPOINT", text, "https://host:port");
  }
}
