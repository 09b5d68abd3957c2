package app.goalgpt.connectors.batch;

/** The database or the broker cannot be used now; what was tried is tried again. */
public final class AwayException extends RuntimeException {
  public AwayException(String message, Throwable cause) {
    super(message, cause);
  }
}
