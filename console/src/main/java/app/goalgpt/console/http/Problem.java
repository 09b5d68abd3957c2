package app.goalgpt.console.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** A request that is not carried out, told as RFC 9457 has it. */
public final class Problem extends RuntimeException {
  private final int status;
  private final String title;
  private final Map<String, String> headers;

  private Problem(int status, String title, String detail, Map<String, String> headers) {
    super(detail);
    this.status = status;
    this.title = title;
    this.headers = Map.copyOf(headers);
  }

  /** What was asked for makes no sense: the detail says what is allowed. */
  public static Problem badRequest(String detail) {
    return new Problem(400, "Bad request", detail, Map.of());
  }

  static Problem unauthorised() {
    return new Problem(
        401,
        "Unauthorised",
        "a valid token is needed: Authorization: Bearer …",
        Map.of("WWW-Authenticate", "Bearer realm=\"goalgpt console\""));
  }

  public static Problem notFound(String detail) {
    return new Problem(404, "Not found", detail, Map.of());
  }

  static Problem methodNotAllowed(String allowed) {
    return new Problem(
        405, "Method not allowed", "allowed is " + allowed, Map.of("Allow", allowed));
  }

  /** What was asked for does not fit how things are. */
  public static Problem conflict(String detail) {
    return new Problem(409, "Conflict", detail, Map.of());
  }

  static Problem tooLarge(int most) {
    return new Problem(
        413, "Content too large", "a body may have %d bytes".formatted(most), Map.of());
  }

  static Problem notJson() {
    return new Problem(415, "Unsupported media type", "a body must be application/json", Map.of());
  }

  static Problem internal() {
    return new Problem(500, "Internal error", "the console failed; its log says more", Map.of());
  }

  /** It may work in a while. */
  public static Problem unavailable(String detail) {
    return new Problem(503, "Not available now", detail, Map.of("Retry-After", "5"));
  }

  static Problem of(int status, String title, String detail) {
    return new Problem(status, title, detail, Map.of());
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", title);
    body.put("status", status);
    body.put("detail", getMessage());
    return body;
  }
}
