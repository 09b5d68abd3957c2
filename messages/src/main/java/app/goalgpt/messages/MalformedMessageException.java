package app.goalgpt.messages;

/** A record that is not what its topic carries; the message says what is wrong, for a person. */
public final class MalformedMessageException extends RuntimeException {
  public MalformedMessageException(String message) {
    super(message);
  }

  public MalformedMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
