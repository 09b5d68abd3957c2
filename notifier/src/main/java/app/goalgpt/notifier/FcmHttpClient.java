package app.goalgpt.notifier;

import app.goalgpt.settings.SettingException;
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
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.http2.config.H2Config;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** The HTTP client, with our bounds; with FCM_ENDPOINT only the route and the trust differ. */
public final class FcmHttpClient {
  static final String FCM_HOST = "fcm.googleapis.com";

  /**
   * Requests that share a connection. Half of what FCM allows: without multiplexing each request
   * would lease a connection of its own, and a burst would be one TLS handshake per push.
   */
  private static final int STREAMS_PER_CONNECTION = 50;

  private FcmHttpClient() {}

  /**
   * A client that is still to be started.
   *
   * @param concurrency requests under way at once; they share connections
   * @throws SettingException when the certificate cannot be read
   */
  public static CloseableHttpAsyncClient create(FcmConfig config, int concurrency) {
    return HttpAsyncClients.custom()
        .setConnectionManager(connections(config, concurrency))
        .setRoutePlanner(route(config))
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(config.connectTimeout()))
                .build())
        .setH2Config(H2Config.custom().setPushEnabled(false).build())
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
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
                // A connection on which nothing comes back for as long is dead.
                .setSocketTimeout(
                    Timeout.of(
                        config
                            .connectTimeout()
                            .plus(config.writeTimeout())
                            .plus(config.readTimeout())))
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
}
