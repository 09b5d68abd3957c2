package app.goalgpt.console.http;

import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.messages.Json;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where every request comes in: the page's files for everybody, the API for those with a token, and
 * for everything else a problem in JSON. Nothing is looked at before the token is.
 */
final class Gate extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
  private static final String API = "/api/";
  private static final String SCHEME = "Bearer ";
  private static final int LONGEST_BODY = 16 * 1024;

  /** Of a body that is too long: who is still sending when the connection ends reads no answer. */
  private static final int LONGEST_DROPPED = 1024 * 1024;

  private static final int LONGEST_QUERY_VALUE = 400;

  private final PageFiles files = new PageFiles();
  private final List<Route> routes;
  private final List<Operator> operators;
  private final MeterRegistry registry;

  Gate(List<Route> routes, List<Operator> operators, MeterRegistry registry) {
    this.routes = List.copyOf(routes);
    this.operators = List.copyOf(operators);
    this.registry = registry;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    SecurityHeaders.put(response.getHeaders());
    String path = Request.getPathInContext(request);
    try {
      PageFiles.File file = files.at(path);
      if (file != null) {
        serve(file, request, response, callback);
      } else if (path.startsWith(API)) {
        reply(answer(path, request), request, response, callback);
      } else {
        throw Problem.notFound("there is nothing here");
      }
    } catch (Problem problem) {
      refuse(problem, request, response, callback);
    } catch (Exception e) {
      refuse(problem(e, request), request, response, callback);
    }
    return true;
  }

  private void serve(PageFiles.File file, Request request, Response response, Callback callback) {
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      throw Problem.methodNotAllowed("GET, HEAD");
    }
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.ETAG, file.tag());
    headers.put(HttpHeader.CACHE_CONTROL, "no-cache");
    if (file.tag().equals(request.getHeaders().get(HttpHeader.IF_NONE_MATCH))) {
      response.setStatus(304);
      response.write(true, null, callback);
      return;
    }
    write(200, file.type(), file.bytes(), response, callback);
  }

  private Reply answer(String path, Request request) throws Exception {
    Operator operator = operator(request);
    Map<Route, Map<String, String>> matches = new HashMap<>();
    routes.forEach(route -> route.match(path).ifPresent(found -> matches.put(route, found)));
    if (matches.isEmpty()) {
      throw Problem.notFound("there is nothing here");
    }
    Route route =
        matches.keySet().stream()
            .filter(match -> match.method().equals(request.getMethod()))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.methodNotAllowed(
                        matches.keySet().stream()
                            .map(Route::method)
                            .sorted()
                            .collect(Collectors.joining(", "))));
    Exchange exchange =
        new Exchange(
            matches.get(route), query(request, route), body(request), operator, address(request));
    registry.counter("goalgpt.console.requests", "route", route.template()).increment();
    return route.action().answer(exchange);
  }

  /** Every operator is asked, so that how long it takes does not tell who is right. */
  private Operator operator(Request request) {
    String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    boolean bearer = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    String token = bearer ? header.substring(SCHEME.length()) : "";
    Operator found = null;
    for (Operator operator : operators) {
      found = operator.has(token) ? operator : found;
    }
    return Optional.ofNullable(found).orElseThrow(Problem::unauthorised);
  }

  private static String address(Request request) {
    return Request.getRemoteAddr(request);
  }

  private static Map<String, String> query(Request request, Route route) {
    Map<String, String> query = new HashMap<>();
    for (Fields.Field field : parameters(request)) {
      if (!route.query().contains(field.getName())) {
        throw Problem.badRequest(
            route.query().isEmpty()
                ? "no query parameters are allowed here"
                : "allowed query parameters are "
                    + route.query().stream().sorted().collect(Collectors.joining(", ")));
      }
      if (field.hasMultipleValues() || field.getValue().length() > LONGEST_QUERY_VALUE) {
        throw Problem.badRequest(
            "%s may be given once, with %d characters at most"
                .formatted(field.getName(), LONGEST_QUERY_VALUE));
      }
      if (field.getValue().indexOf('\0') >= 0) {
        throw Problem.badRequest(field.getName() + " may not hold a zero character");
      }
      query.put(field.getName(), field.getValue());
    }
    return query;
  }

  private static Fields parameters(Request request) {
    try {
      return Request.extractQueryParameters(request);
    } catch (RuntimeException e) {
      throw Problem.badRequest("the query cannot be read");
    }
  }

  private static byte[] body(Request request) throws IOException {
    InputStream in = Content.Source.asInputStream(request); // to close it early fails the request
    byte[] body = in.readNBytes(LONGEST_BODY + 1);
    if (body.length > LONGEST_BODY) {
      in.skip(LONGEST_DROPPED);
      throw Problem.tooLarge(LONGEST_BODY);
    }
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    if (body.length > 0 && (type == null || !type.startsWith("application/json"))) {
      throw Problem.notJson();
    }
    return body;
  }

  private static void reply(Reply reply, Request request, Response response, Callback callback) {
    if (reply instanceof Reply.Ongoing ongoing) {
      ongoing.open(request, response, callback);
    } else if (reply instanceof Reply.Document document) {
      write(200, document.type(), document.bytes(), response, callback);
    } else if (reply instanceof Reply.Body answer) {
      write(answer.status(), "application/json", Json.write(answer.body()), response, callback);
    }
  }

  /** A connection whose request was not read whole is not used again, and its client is told. */
  static void refuse(Problem problem, Request request, Response response, Callback callback) {
    if (!request.consumeAvailable()) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
    problem
        .headers()
        .forEach((name, value) -> response.getHeaders().put(new HttpField(name, value)));
    write(
        problem.status(),
        "application/problem+json",
        Json.write(problem.body()),
        response,
        callback);
  }

  private static void write(
      int status, String type, byte[] bytes, Response response, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    response.write(true, ByteBuffer.wrap(bytes), callback);
  }

  private static Problem problem(Exception e, Request request) {
    String what = request.getMethod() + " " + Request.getPathInContext(request);
    if (e instanceof SQLException sql) {
      LOG.warn("{}: the database: {}", what, Trouble.line(sql));
      return Trouble.passes(sql)
          ? Problem.unavailable("the database does not answer, or takes too long")
          : Problem.internal();
    }
    if (e instanceof KafkaException) {
      LOG.warn("{}: the broker: {}", what, Trouble.line(e));
      return Problem.unavailable(
          "the broker does not answer; of a change it is not known whether it was made: the"
              + " changes' list says");
    }
    LOG.error("{} failed", what, e);
    return Problem.internal();
  }
}
