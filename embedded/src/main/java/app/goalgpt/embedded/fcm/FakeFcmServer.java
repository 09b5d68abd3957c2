package app.goalgpt.embedded.fcm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A server, on loopback unless told otherwise, that speaks FCM's HTTP v1 protocol over TLS, HTTP/2
 * or HTTP/1.1 by ALPN. It checks what FCM checks, answers what its {@link Script} says, and keeps
 * the last messages that it took.
 */
public final class FakeFcmServer implements AutoCloseable {
  /** How many accepted messages it keeps when nothing else is said. */
  public static final int KEPT_BY_DEFAULT = 10_000;

  /** What FCM allows on one HTTP/2 connection. */
  private static final int CONCURRENT_STREAMS = 100;

  private final Clock clock = Clock.systemUTC();
  private final int kept;
  private final Server server;
  private final ServerConnector connector;
  private final X509Certificate certificate;
  private final Path certificateFile;
  private final Map<String, Deque<Answer>> queued = new ConcurrentHashMap<>();
  private final List<Consumer<AcceptedMessage>> listeners = new CopyOnWriteArrayList<>();
  private final Deque<AcceptedMessage> accepted = new ArrayDeque<>();
  private final AtomicLong acceptedCount = new AtomicLong();
  private final AtomicLong requestCount = new AtomicLong();
  private volatile Script script;

  private FakeFcmServer(InetSocketAddress address, int kept, Script script) throws IOException {
    this.kept = kept;
    this.script = script;
    SelfSignedCertificate self = SelfSignedCertificate.ofThisJvm();
    this.certificate = self.certificate();
    this.certificateFile = Files.createTempFile("fake-fcm", ".pem");
    Files.writeString(certificateFile, self.pem());
    QueuedThreadPool threads = new QueuedThreadPool(16, 2);
    threads.setName("fake-fcm");
    threads.setDaemon(true);
    this.server = new Server(threads);
    this.connector = connector(server, self, address);
    server.addConnector(connector);
    server.setHandler(new FcmHandler(clock, this::answer, this::accept));
    server.setStopTimeout(0);
  }

  /** A server that takes every message but those to tokens of {@link Script#deadTokens}. */
  public static FakeFcmServer start() {
    return start(KEPT_BY_DEFAULT, Script.deadTokens());
  }

  /**
   * @param kept how many of the last accepted messages {@link #accepted} holds: what bounds its
   *     memory
   * @throws IllegalStateException when it cannot listen
   */
  public static FakeFcmServer start(int kept, Script script) {
    return start(new InetSocketAddress("127.0.0.1", 0), kept, script);
  }

  /** The same, listening elsewhere: for a system whose parts are on several machines. */
  public static FakeFcmServer start(InetSocketAddress address, int kept, Script script) {
    try {
      FakeFcmServer fake = new FakeFcmServer(address, kept, script);
      fake.server.start();
      return fake;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the fake FCM server", e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot start the fake FCM server", e);
    }
  }

  private static ServerConnector connector(
      Server server, SelfSignedCertificate self, InetSocketAddress address) {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStore(self.keys());
    tls.setKeyStorePassword(new String(self.password()));
    HttpConfiguration http = new HttpConfiguration();
    http.addCustomizer(new SecureRequestCustomizer(false));
    http.setSendServerVersion(false);
    HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(http);
    http2.setMaxConcurrentStreams(CONCURRENT_STREAMS);
    HttpConnectionFactory http1 = new HttpConnectionFactory(http);
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(http1.getProtocol());
    ServerConnector connector =
        new ServerConnector(
            server, 1, 1, new SslConnectionFactory(tls, alpn.getProtocol()), alpn, http2, http1);
    connector.setHost(address.getHostString());
    connector.setPort(address.getPort());
    connector.setIdleTimeout(Duration.ofMinutes(4).toMillis());
    return connector;
  }

  private Answer answer(FcmRequest request) {
    requestCount.incrementAndGet();
    Deque<Answer> answers = queued.get(request.token());
    if (answers != null) {
      synchronized (answers) {
        Answer next = answers.poll();
        if (next != null) {
          return next;
        }
      }
    }
    return script.answer(request);
  }

  private String accept(FcmRequest request) {
    String name = "projects/" + request.project() + "/messages/" + acceptedCount.incrementAndGet();
    AcceptedMessage message =
        new AcceptedMessage(name, request.token(), request.message(), clock.instant());
    synchronized (accepted) {
      accepted.add(message);
      if (accepted.size() > kept) {
        accepted.remove();
      }
    }
    listeners.forEach(listener -> listener.accept(message));
    return name;
  }

  public int port() {
    return connector.getLocalPort();
  }

  /** Where it listens, such as {@code https://127.0.0.1:40123}. */
  public String url() {
    return "https://127.0.0.1:" + port();
  }

  /** What a client must trust to speak to it, for loopback and for fcm.googleapis.com. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The certificate as a PEM file, there until {@link #close}. */
  public Path certificateFile() {
    return certificateFile;
  }

  /** The settings that route a notifier's requests here. */
  public Map<String, String> settings() {
    return Map.of("FCM_ENDPOINT", url(), "FCM_TRUST_CERTIFICATE", certificateFile.toString());
  }

  /** From now on this decides, for tokens that have no answers queued. */
  public void script(Script decides) {
    this.script = decides;
  }

  /** The next requests for this token get these answers in turn; after them the script decides. */
  public void answer(String token, Answer... inTurn) {
    Deque<Answer> answers = queued.computeIfAbsent(token, any -> new ArrayDeque<>());
    synchronized (answers) {
      answers.addAll(List.of(inTurn));
    }
  }

  /** Told of every accepted message, on the server's own threads, before the sender is answered. */
  public void onAccepted(Consumer<AcceptedMessage> listener) {
    listeners.add(listener);
  }

  /** The last accepted messages, oldest first, at most as many as are kept. */
  public List<AcceptedMessage> accepted() {
    synchronized (accepted) {
      return new ArrayList<>(accepted);
    }
  }

  /** Messages accepted since the start, whether kept or not. */
  public long acceptedCount() {
    return acceptedCount.get();
  }

  /** Well-formed requests since the start, whatever they were answered. */
  public long requestCount() {
    return requestCount.get();
  }

  @Override
  public void close() {
    try {
      server.stop();
      Files.deleteIfExists(certificateFile);
    } catch (Exception e) {
      throw new IllegalStateException("cannot stop the fake FCM server", e);
    }
  }
}
