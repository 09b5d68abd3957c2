package app.goalgpt.notifier;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** What the notifier does about an answer: SPEC's table "Pushes", as a function. */
sealed interface Reaction {

  /** Counted. */
  record Accepted() implements Reaction {}

  /** The device is gone: its token is to be switched off. */
  record DeadToken() implements Reaction {}

  /** What we sent is wrong: a dead letter; the token stays. */
  record BadPayload() implements Reaction {}

  /** Whoever runs this must act: an alarm; the token stays, and this message is given up. */
  record Misconfigured() implements Reaction {}

  /** The project's quota is used up: everything waits. */
  record SlowDown(Optional<Duration> retryAfter) implements Reaction {}

  /**
   * Tried again until the deadline.
   *
   * @param retryAfter the least wait that was asked for; zero: none at all is needed
   * @param alarm whether whoever runs this must act for it ever to succeed
   */
  record TryAgain(Optional<Duration> retryAfter, boolean alarm) implements Reaction {}

  /**
   * Without FCM's own detail an error may come from anything in between, so no token dies of it,
   * and what our own credentials or project name could cause is tried again, with an alarm, rather
   * than given up.
   */
  static Reaction to(FcmAnswer answer, Instant now) {
    if (answer.httpStatus() == 200) {
      return new Accepted();
    }
    if (FcmAnswer.UNPROCESSED.equals(answer.failure())) {
      return new TryAgain(Optional.of(Duration.ZERO), false);
    }
    Optional<Duration> wait = retryAfter(answer.retryAfter(), now);
    if (answer.fcmCode() != null) {
      switch (answer.fcmCode()) {
        case "UNREGISTERED":
          return new DeadToken();
        case "INVALID_ARGUMENT":
          return aboutTheToken(answer) ? new DeadToken() : new BadPayload();
        case "SENDER_ID_MISMATCH", "THIRD_PARTY_AUTH_ERROR", "APNS_AUTH_ERROR":
          return new Misconfigured();
        case "QUOTA_EXCEEDED":
          return new SlowDown(wait);
        case "UNAVAILABLE", "INTERNAL":
          return new TryAgain(wait, false);
        default:
          // A code of the future: its HTTP status decides.
      }
    }
    return switch (answer.httpStatus()) {
      case 400 -> new BadPayload();
      case 401, 403, 404 -> new TryAgain(wait, true);
      case 429 -> new SlowDown(wait);
      default -> new TryAgain(wait, FcmAnswer.NO_CREDENTIALS.equals(answer.failure()));
    };
  }

  /** A complaint that names other fields only is about what we sent. */
  private static boolean aboutTheToken(FcmAnswer answer) {
    return answer.fields().isEmpty()
        || answer.fields().stream()
            .anyMatch(field -> field.endsWith("token") || field.endsWith("fid"));
  }

  /** Seconds or an HTTP date; anything else, and what lies in the past, is as if absent. */
  static Optional<Duration> retryAfter(String header, Instant now) {
    if (header == null) {
      return Optional.empty();
    }
    String text = header.strip();
    try {
      Duration wait =
          text.matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(
                  now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return Optional.of(wait).filter(d -> !d.isNegative() && !d.isZero());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
