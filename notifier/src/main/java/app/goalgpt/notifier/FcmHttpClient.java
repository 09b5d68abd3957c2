package app.goalgpt.notifier;

import app.goalgpt.settings.SettingException;
import com.google.firebase.internal.ApacheHttp2Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponseInterceptor;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * firebase-admin's own HTTP client, with our bounds and without its retries; with FCM_ENDPOINT only
 * the route and the trust differ.
 */
final class FcmHttpClient {
  /** The Retry-After header as FCM sent it, in lower case; the client's own is taken from it. */
  static final String WAIT = "x-fcm-retry-after";

  private static final String FCM_HOST = "fcm.googleapis.com";

  /**
   * Requests that share a connection. Half of what FCM allows: without multiplexing each request
   * would lease a connection of its own, and a burst would be one TLS handshake per push.
   */
  private static final int STREAMS_PER_CONNECTION = 50;

  /** Longer than the client is ready to wait by itself. */
  private static final String NEVER = "86400";

  private FcmHttpClient() {}

  static CloseableHttpAsyncClient create(FcmConfig config, int concurrency) {
    return ApacheHttp2Transport.defaultHttpAsyncClientBuilder()
        .setConnectionManager(connections(config, concurrency))
        .setRoutePlanner(route(config))
        .addResponseInterceptorLast(withoutRetries())
        .evictIdleConnections(TimeValue.ofMinutes(2))
        .build();
  }

  private static PoolingAsyncClientConnectionManager connections(
      FcmConfig config, int concurrency) {
    Timeout connect = Timeout.of(config.connectTimeout());
    int connections = 1 + (concurrency - 1) / STREAMS_PER_CONNECTION;
    return PoolingAsyncClientConnectionManagerBuilder.create()
        .setMessageMultiplexing(true)
        .setMaxConnTotal(connections)
        .setMaxConnPerRoute(connections)
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(connect)
                .setTimeToLive(TimeValue.ofHours(1))
                .setValidateAfterInactivity(10, TimeUnit.SECONDS)
                .build())
        .setDefaultTlsConfig(
            TlsConfig.custom()
                .setVersionPolicy(HttpVersionPolicy.NEGOTIATE)
                .setHandshakeTimeout(connect)
                .build())
        .setTlsStrategy(ClientTlsStrategyBuilder.create().setSslContext(tls(config)).buildAsync())
        .setDnsResolver(config.endpoint().map(FcmHttpClient::resolver).orElse(null))
        .build();
  }

  /** Connections meant for FCM go to the endpoint's port; TLS still asks for FCM's name. */
  private static HttpRoutePlanner route(FcmConfig config) {
    if (config.endpoint().isEmpty()) {
      return new SystemDefaultRoutePlanner(ProxySelector.getDefault());
    }
    int port = config.endpoint().get().getPort();
    HttpHost target = new HttpHost("https", FCM_HOST, port < 0 ? 443 : port);
    return (host, context) -> new HttpRoute(target, null, true);
  }

  private static DnsResolver resolver(URI endpoint) {
    return new SystemDefaultDnsResolver() {
      @Override
      public InetAddress[] resolve(String host) throws UnknownHostException {
        return super.resolve(host.equals(FCM_HOST) ? endpoint.getHost() : host);
      }
    };
  }

  private static SSLContext tls(FcmConfig config) {
    return config.trust().map(FcmHttpClient::trusting).orElseGet(SSLContexts::createSystemDefault);
  }

  private static SSLContext trusting(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int count = 0;
      for (Certificate certificate : certificates) {
        trusted.setCertificateEntry("fcm-" + count++, certificate);
      }
      return SSLContexts.custom().loadTrustMaterial(trusted, null).build();
    } catch (IOException | GeneralSecurityException e) {
      throw new SettingException(
          "FCM_TRUST_CERTIFICATE", file.toString(), "a PEM file with an X.509 certificate");
    }
  }

  /**
   * By itself firebase-admin sleeps through 503 on its own threads, up to four times and without a
   * thought for the push's deadline, and after any 401 it fetches a new access token and sends
   * again. Retrying is the {@link Sender}'s: so a 503 reaches the client with a Retry-After that it
   * gives up on, and a 401 with a challenge that asks for no new token.
   */
  private static HttpResponseInterceptor withoutRetries() {
    return (response, entity, context) -> {
      var retryAfter = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
      if (retryAfter != null) {
        response.setHeader(WAIT, retryAfter.getValue());
      }
      if (response.getCode() == 503) {
        response.setHeader(HttpHeaders.RETRY_AFTER, NEVER);
      } else if (response.getCode() == 401) {
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"fcm\"");
      }
    };
  }
}
