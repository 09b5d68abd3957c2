package app.goalgpt.standalone.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import app.goalgpt.messages.Json;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * {@code GET /metrics} in Prometheus's text format, {@code GET /health/ready} and {@code GET
 * /health/live}: 200 when it is so, 503 when not, with the reasons as JSON. Nothing can be changed
 * by it.
 */
final class StatusListener implements AutoCloseable {
  /** Of Prometheus's text format; what a scraper that asks for nothing else gets. */
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final int BACKLOG = 16;

  private record Answer(int status, String type, String body) {}

  private final HttpServer server;
  private final PrometheusMeterRegistry registry;
  private final Health health;

  private StatusListener(
      HttpServer server, PrometheusMeterRegistry registry, Health health, Executor threads) {
    this.server = server;
    this.registry = registry;
    this.health = health;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  static StatusListener start(
      InetSocketAddress address,
      PrometheusMeterRegistry registry,
      Health health,
      Executor threads) {
    try {
      // The JDK's server has these only as properties: a client that says nothing is left, too.
      System.setProperty("sun.net.httpserver.maxReqTime", "10");
      System.setProperty("sun.net.httpserver.maxRspTime", "30");
      StatusListener listener =
          new StatusListener(HttpServer.create(address, BACKLOG), registry, health, threads);
      listener.server.start();
      return listener;
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot listen on %s:%d (METRICS_ADDRESS): %s"
              .formatted(address.getHostString(), address.getPort(), e.getMessage()),
          e);
    }
  }

  String address() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress();
    return "http://%s:%d"
        .formatted(host.contains(":") ? "[" + host + "]" : host, address.getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      Answer answer =
          method.equals("GET") || method.equals("HEAD")
              ? answer(exchange)
              : new Answer(405, TEXT, "only GET and HEAD\n");
      byte[] body = answer.body().getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      if (method.equals("HEAD")) {
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(HttpExchange exchange) {
    return switch (exchange.getRequestURI().getPath()) {
      case "/metrics" -> metrics(exchange.getRequestHeaders().getFirst("Accept"));
      case "/health/ready" -> health("ready", health.ready());
      case "/health/live" -> health("live", health.live());
      default -> new Answer(404, TEXT, "there is /metrics, /health/ready, /health/live\n");
    };
  }

  private Answer metrics(String accept) {
    boolean open = accept != null && accept.contains(OPEN_METRICS);
    String type = open ? OPEN_METRICS + "; version=1.0.0; charset=utf-8" : TEXT;
    return new Answer(200, type, registry.scrape(type));
  }

  private static Answer health(String question, Health.Report report) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(question, report.good());
    body.put("parts", report.parts());
    return new Answer(
        report.good() ? 200 : 503, "application/json", new String(Json.write(body), UTF_8) + "\n");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
