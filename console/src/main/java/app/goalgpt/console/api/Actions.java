package app.goalgpt.console.api;

import app.goalgpt.console.http.Exchange;
import app.goalgpt.messages.OperatorAction;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** Lines of the audit log. */
final class Actions {
  private Actions() {}

  static OperatorAction of(
      Exchange exchange, String action, String subject, Map<String, String> details) {
    return new OperatorAction(
        UUID.randomUUID(),
        Instant.now(),
        exchange.operator().name(),
        exchange.address(),
        action,
        subject,
        details);
  }
}
