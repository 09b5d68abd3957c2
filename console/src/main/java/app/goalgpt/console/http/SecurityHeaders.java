package app.goalgpt.console.http;

import org.eclipse.jetty.http.HttpFields;

/**
 * What every answer tells the browser: nothing but this server's own files, and nobody else's
 * frame.
 */
final class SecurityHeaders {
  private static final String CONTENT =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'";

  private SecurityHeaders() {}

  static void put(HttpFields.Mutable headers) {
    headers.put("Content-Security-Policy", CONTENT);
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Frame-Options", "DENY");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    headers.put("Cache-Control", "no-store");
  }
}
