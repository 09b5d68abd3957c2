package app.goalgpt.embedded.fcm;

/**
 * The errors of FCM HTTP v1 (the reference page "ErrorCode"), with the HTTP status and the {@code
 * google.rpc} status that FCM sends them with.
 */
public enum FcmError {
  UNREGISTERED(404, "NOT_FOUND", "Requested entity was not found."),
  INVALID_ARGUMENT(
      400, "INVALID_ARGUMENT", "The registration token is not a valid FCM registration token"),
  SENDER_ID_MISMATCH(403, "PERMISSION_DENIED", "SenderId mismatch"),
  THIRD_PARTY_AUTH_ERROR(401, "UNAUTHENTICATED", "Auth error from APNS or Web Push Service"),
  QUOTA_EXCEEDED(429, "RESOURCE_EXHAUSTED", "Sending limit exceeded for the message target."),
  UNAVAILABLE(503, "UNAVAILABLE", "The service is currently unavailable."),
  INTERNAL(500, "INTERNAL", "Internal error encountered.");

  private final int httpStatus;
  private final String status;
  private final String message;

  FcmError(int httpStatus, String status, String message) {
    this.httpStatus = httpStatus;
    this.status = status;
    this.message = message;
  }

  public int httpStatus() {
    return httpStatus;
  }

  /** The canonical {@code google.rpc.Code}. */
  public String status() {
    return status;
  }

  String message() {
    return message;
  }
}
