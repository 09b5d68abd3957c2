package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SPEC's table, row by row; and what may stand in the way of FCM. */
class ReactionTest {
  private static final Instant NOW = Instant.parse("2026-01-12T12:00:00Z");

  private static FcmAnswer fcmError(int httpStatus, String code, String more) {
    return FcmAnswer.refused(
        httpStatus,
        """
        {"error": {"code": %d, "status": "ANY", "message": "m", "details": [
          {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": "%s"}%s]}}
        """
            .formatted(httpStatus, code, more),
        null);
  }

  private static String complaintAbout(String field) {
    return """
        , {"@type": "type.googleapis.com/google.rpc.BadRequest",
           "fieldViolations": [{"field": "%s", "description": "d"}]}"""
        .formatted(field);
  }

  private static Class<?> reaction(FcmAnswer answer) {
    return Reaction.to(answer, NOW).getClass();
  }

  @ParameterizedTest
  @CsvSource({
    "404, UNREGISTERED, DeadToken",
    "400, INVALID_ARGUMENT, DeadToken",
    "403, SENDER_ID_MISMATCH, Misconfigured",
    "401, THIRD_PARTY_AUTH_ERROR, Misconfigured",
    "401, APNS_AUTH_ERROR, Misconfigured",
    "429, QUOTA_EXCEEDED, SlowDown",
    "503, UNAVAILABLE, TryAgain",
    "500, INTERNAL, TryAgain",
    "503, CODE_OF_THE_FUTURE, TryAgain"
  })
  void followsTheTable(int httpStatus, String code, String expected) {
    assertThat(reaction(fcmError(httpStatus, code, "")).getSimpleName()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "400, BadPayload",
    "401, TryAgain",
    "403, TryAgain",
    "404, TryAgain",
    "429, SlowDown",
    "500, TryAgain",
    "502, TryAgain",
    "503, TryAgain"
  })
  void withoutFcmsDetailNoTokenDies(int httpStatus, String expected) {
    FcmAnswer bare =
        FcmAnswer.refused(httpStatus, "{\"error\": {\"status\": \"NOT_FOUND\"}}", null);
    assertThat(reaction(bare).getSimpleName()).isEqualTo(expected);
    FcmAnswer proxy = FcmAnswer.refused(httpStatus, "<html>no</html>", null);
    assertThat(reaction(proxy).getSimpleName()).isEqualTo(expected);
    FcmAnswer empty = FcmAnswer.refused(httpStatus, null, null);
    assertThat(reaction(empty).getSimpleName()).isEqualTo(expected);
  }

  @Test
  void whatOurCredentialsOrProjectCauseRaisesAnAlarm() {
    for (int httpStatus : new int[] {401, 403, 404}) {
      assertThat(Reaction.to(FcmAnswer.refused(httpStatus, null, null), NOW))
          .isEqualTo(new Reaction.TryAgain(Optional.empty(), true));
    }
    assertThat(Reaction.to(FcmAnswer.refused(503, null, null), NOW))
        .isEqualTo(new Reaction.TryAgain(Optional.empty(), false));
  }

  @Test
  void anInvalidArgumentThatNamesAnotherFieldIsOurs() {
    assertThat(reaction(fcmError(400, "INVALID_ARGUMENT", complaintAbout("message.token"))))
        .isEqualTo(Reaction.DeadToken.class);
    assertThat(reaction(fcmError(400, "INVALID_ARGUMENT", complaintAbout("message.android.ttl"))))
        .isEqualTo(Reaction.BadPayload.class);
  }

  @Test
  void noAnswerIsTriedAgain() {
    assertThat(reaction(FcmAnswer.none("IO"))).isEqualTo(Reaction.TryAgain.class);
  }

  @Test
  void reasonsAreFitForMetrics() {
    assertThat(fcmError(404, "UNREGISTERED", "").reason()).isEqualTo("UNREGISTERED");
    assertThat(fcmError(400, "the-token-itself", "").reason()).isEqualTo("HTTP_400");
    assertThat(FcmAnswer.none("IO").reason()).isEqualTo("IO");
  }

  @ParameterizedTest
  @CsvSource({"5, 5", "120, 120", "' 7 ', 7"})
  void readsRetryAfterInSeconds(String header, long seconds) {
    assertThat(Reaction.retryAfter(header, NOW)).contains(Duration.ofSeconds(seconds));
  }

  @Test
  void readsRetryAfterAsADate() {
    assertThat(Reaction.retryAfter("Mon, 12 Jan 2026 12:02:00 GMT", NOW))
        .contains(Duration.ofMinutes(2));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {"none", "0", "-5", "soon", "''", "'Mon, 12 Jan 2026 11:00:00 GMT'", "1e9"})
  void ignoresASenselessRetryAfter(String header) {
    assertThat(Reaction.retryAfter(header, NOW)).isEmpty();
  }
}
