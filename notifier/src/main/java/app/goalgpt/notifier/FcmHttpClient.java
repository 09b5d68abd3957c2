package app.goalgpt.notifier;

import app.goalgpt.settings.SettingException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.concurrent.CallbackContribution;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http2.config.H2Config;
import org.apache.hc.core5.http2.impl.nio.H2StreamListener;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2MultiplexingRequester;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2MultiplexingRequesterBootstrap;
import org.apache.hc.core5.http2.protocol.H2RequestConformance;
import org.apache.hc.core5.http2.protocol.H2RequestConnControl;
import org.apache.hc.core5.http2.protocol.H2RequestContent;
import org.apache.hc.core5.http2.protocol.H2RequestTargetHost;
import org.apache.hc.core5.http2.protocol.H2ResponseConformance;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ssl.TransportSecurityLayer;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP/2 client, with our bounds; with FCM_ENDPOINT only the route and the trust differ. It
 * keeps one connection, which all its requests share from the first one on; a client that pools
 * connections would keep a new one for its first request until that is answered.
 */
public final class FcmHttpClient {
  /** Whom we speak to, wherever that is. */
  public static final String FCM_HOST = "fcm.googleapis.com";

  private static final Logger LOG = LoggerFactory.getLogger(FcmHttpClient.class);
  private static final int HTTPS_PORT = 443;

  /** A connection that nobody uses is kept so long: the next push need not open one. */
  private static final Duration KEPT_IDLE = Duration.ofMinutes(3);

  /** After so long without an answer the connection's state is looked at before it is used. */
  private static final TimeValue CHECK_AFTER = TimeValue.ofSeconds(1);

  private FcmHttpClient() {}

  /**
   * A client that is still to be started.
   *
   * @throws SettingException when the certificate cannot be read
   */
  public static H2MultiplexingRequester create(FcmConfig config) {
    return create(config, null);
  }

  /**
   * @param listener told what happens on its connections; null for nobody
   */
  static H2MultiplexingRequester create(FcmConfig config, H2StreamListener listener) {
    Timeout idle = Timeout.of(KEPT_IDLE.plus(config.readTimeout()));
    H2MultiplexingRequester client =
        H2MultiplexingRequesterBootstrap.bootstrap()
            .setIOReactorConfig(
                IOReactorConfig.custom().setIoThreadCount(1).setSoTimeout(idle).build())
            .setH2Config(H2Config.custom().setPushEnabled(false).build())
            .setTlsStrategy(new ThenIdle(tls(config), idle))
            .setStrictALPNHandshake(true)
            .setStreamListener(listener)
            .setHttpProcessor(processor())
            .setExceptionCallback(e -> LOG.debug("a connection to FCM ended", e))
            .create();
    client.setValidateAfterInactivity(CHECK_AFTER);
    return client;
  }

  /**
   * HttpCore's own but for "Expect: 100-continue", which would make every push two round trips, and
   * wait for ever where a server does not heed it.
   */
  private static HttpProcessor processor() {
    return HttpProcessorBuilder.create()
        .addAll(
            H2RequestConformance.INSTANCE,
            H2RequestTargetHost.INSTANCE,
            H2RequestContent.INSTANCE,
            H2RequestConnControl.INSTANCE)
        .add(H2ResponseConformance.INSTANCE)
        .build();
  }

  /**
   * Where a client is to send: FCM by its name, or FCM_ENDPOINT under FCM's name, which is also
   * what TLS asks for.
   *
   * @throws UnknownHostException when FCM_ENDPOINT's host has no address now
   */
  public static HttpHost target(FcmConfig config) throws UnknownHostException {
    URI endpoint = config.endpoint().orElse(null);
    if (endpoint == null) {
      return new HttpHost(URIScheme.HTTPS.id, FCM_HOST, HTTPS_PORT);
    }
    int port = endpoint.getPort() < 0 ? HTTPS_PORT : endpoint.getPort();
    return new HttpHost(
        URIScheme.HTTPS.id, InetAddress.getByName(endpoint.getHost()), FCM_HOST, port);
  }

  /**
   * TLS that trusts what the settings say.
   *
   * @throws SettingException when the certificate cannot be read
   */
  public static TlsStrategy tls(FcmConfig config) {
    return ClientTlsStrategyBuilder.create().setSslContext(context(config)).buildAsync();
  }

  private static SSLContext context(FcmConfig config) {
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
   * The client's pool leaves a connection with the time-out for opening it (httpcore 5.4): this
   * gives it the one for using it.
   */
  private record ThenIdle(TlsStrategy tls, Timeout idle) implements TlsStrategy {
    @Override
    @SuppressWarnings("deprecation") // the interface asks for it
    public boolean upgrade(
        TransportSecurityLayer session,
        HttpHost host,
        SocketAddress localAddress,
        SocketAddress remoteAddress,
        Object attachment,
        Timeout handshakeTimeout) {
      return tls.upgrade(session, host, localAddress, remoteAddress, attachment, handshakeTimeout);
    }

    @Override
    public void upgrade(
        TransportSecurityLayer session,
        NamedEndpoint endpoint,
        Object attachment,
        Timeout handshakeTimeout,
        FutureCallback<TransportSecurityLayer> callback) {
      tls.upgrade(
          session,
          endpoint,
          attachment,
          handshakeTimeout,
          new CallbackContribution<>(callback) {
            @Override
            public void completed(TransportSecurityLayer secured) {
              if (secured instanceof IOSession connection) {
                connection.setSocketTimeout(idle);
              }
              callback.completed(secured);
            }
          });
    }
  }
}
