package app.goalgpt.console.http;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP server: few threads for requests, none for streams, nothing kept for slow readers. */
public final class WebServer implements AutoCloseable {
  private static final int THREADS = 16;
  private static final int LONGEST_HEADERS = 8 * 1024;
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(2);

  private final Server server;
  private final ServerConnector connector;

  private WebServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * @param port 0 is any that is free
   * @throws IllegalStateException when it cannot listen there, saying why
   */
  public static WebServer start(
      String address,
      int port,
      List<Route> routes,
      List<Operator> operators,
      MeterRegistry registry) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4);
    threads.setName("console-http");
    Server server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setRequestHeaderSize(LONGEST_HEADERS);
    // Else a connection's next token would be taken for the one before, if only its case differs.
    http.setHeaderCacheSize(0);
    http.setHeaderCacheCaseSensitive(true);
    http.setHttpCompliance(HttpCompliance.RFC9110);
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(address);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE.toMillis());
    server.addConnector(connector);
    server.setHandler(new Gate(routes, operators, registry));
    server.setErrorHandler(new Refusals());
    server.setStopTimeout(STOP.toMillis());
    WebServer web = new WebServer(server, connector);
    try {
      server.start();
      return web;
    } catch (Exception e) {
      web.close();
      throw new IllegalStateException(
          "the console cannot listen on %s:%d: %s".formatted(address, port, e.getMessage()), e);
    }
  }

  /** Where it listens. */
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the console's server did not stop", e);
    }
  }

  /** What Jetty itself refuses: paths that are tricks, headers that are too long. */
  private static final class Refusals extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      SecurityHeaders.put(response.getHeaders());
      int status = response.getStatus() < 400 ? 500 : response.getStatus();
      String title = HttpStatus.getMessage(status);
      String detail =
          status < 500 ? "the request is not one that is understood here" : "the server failed";
      Gate.refuse(Problem.of(status, title, detail), request, response, callback);
      return true;
    }
  }
}
