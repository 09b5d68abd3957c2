package app.goalgpt.console.api;

import app.goalgpt.connectors.queries.Cursor;
import app.goalgpt.console.http.Exchange;
import app.goalgpt.console.http.Problem;
import java.time.Instant;
import java.util.UUID;

/** Where a page ended, as text: an instant and an id. */
final class Cursors {
  private Cursors() {}

  static String write(Instant at, UUID id) {
    return at + "_" + id;
  }

  static Cursor read(String text) {
    String[] parts = text.split("_", 2);
    if (parts.length != 2) {
      throw Problem.badRequest("before must be what the page before called next");
    }
    return new Cursor(Exchange.instant("before", parts[0]), Exchange.uuid("before", parts[1]));
  }
}
