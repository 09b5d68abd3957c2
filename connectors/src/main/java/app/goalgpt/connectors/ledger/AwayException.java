package app.goalgpt.connectors.ledger;

/** The database or the broker cannot be used now; what was tried is tried again. */
final class AwayException extends RuntimeException {
  AwayException(String message, Throwable cause) {
    super(message, cause);
  }
}
