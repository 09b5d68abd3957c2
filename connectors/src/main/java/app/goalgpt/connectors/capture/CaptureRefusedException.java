package app.goalgpt.connectors.capture;

/**
 * Capture cannot go on, and trying again would not help: the message says what somebody must do.
 */
public final class CaptureRefusedException extends RuntimeException {
  CaptureRefusedException(String message) {
    super(message);
  }
}
