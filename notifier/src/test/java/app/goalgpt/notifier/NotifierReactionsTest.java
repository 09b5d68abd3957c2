package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.fcm.AcceptedMessage;
import app.goalgpt.embedded.fcm.Answer;
import app.goalgpt.embedded.fcm.FcmError;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Push;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** SPEC's table through the real client: every answer of FCM's, and of what may be in the way. */
class NotifierReactionsTest {
  private static EmbeddedKafka kafka;
  private NotifierFixture fixture;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.temporary();
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void open() {
    fixture = new NotifierFixture(kafka);
  }

  @AfterEach
  void close() {
    fixture.assertNothingFatal();
    fixture.close();
  }

  private Delivery.Result resultOf(Push push) {
    return fixture.deliveryOf(push).results().get(0);
  }

  /** Their deliveries and their dead letters are written by then, in whatever order. */
  private void awaitDoneWith(int pushes) {
    await().atMost(NotifierFixture.PATIENCE).until(() -> fixture.committed() == pushes);
  }

  private Push pushAnswered(Answer... answers) {
    fixture.start();
    fixture.fcm.answer("phone", answers);
    Push push = NotifierFixture.push("phone");
    fixture.send(push);
    return push;
  }

  @ParameterizedTest
  @EnumSource(
      value = FcmError.class,
      names = {"UNREGISTERED", "INVALID_ARGUMENT"})
  void withFcmsDetailTheTokenIsDead(FcmError error) {
    Push push = pushAnswered(Answer.refuse(error));
    Delivery.Result result = resultOf(push);
    assertThat(result.outcome()).isEqualTo(Delivery.Outcome.DEAD_TOKEN);
    assertThat(result.reason()).isEqualTo(error.name());
    assertThat(result.tokenId()).isEqualTo(push.addresses().get(0).tokenId());
    // printf %s phone | sha256sum
    assertThat(result.tokenHash())
        .isEqualTo("45569da57f4b7bf472d7a864ef4781451cae6383fee9fb0ae40c59aa1ce475b7");
    assertThat(fixture.fcm.requestCount()).isEqualTo(1);
    assertThat(fixture.deadLetters()).isEmpty();
    assertThat(fixture.count("goalgpt.notifier.failed", "reason", error.name())).isEqualTo(1);
  }

  @Test
  void invalidArgumentWithoutDetailIsOurFault() {
    fixture.start();
    for (String token : new String[] {"phone", "tablet"}) {
      fixture.fcm.answer(token, Answer.refuse(FcmError.INVALID_ARGUMENT).withoutDetails());
    }
    Push push = NotifierFixture.push("phone", "tablet");
    fixture.send(push);

    assertThat(fixture.deliveryOf(push).results())
        .allSatisfy(
            result -> {
              assertThat(result.outcome()).isEqualTo(Delivery.Outcome.REJECTED);
              assertThat(result.tokenHash()).isNull();
            });
    awaitDoneWith(1);
    assertThat(fixture.deadLetters()).as("one for the push").hasSize(1);
    DeadLetter letter = fixture.deadLetters().get(0);
    assertThat(letter.step()).isEqualTo("notifier");
    assertThat(letter.key()).isEqualTo(push.customerId().toString());
    assertThat(letter.value()).contains(push.id().toString(), push.title());
    assertThat(letter.value()).doesNotContain("phone").contains("sha256:");
  }

  @ParameterizedTest
  @EnumSource(
      value = FcmError.class,
      names = {"SENDER_ID_MISMATCH", "THIRD_PARTY_AUTH_ERROR"})
  void configurationErrorsRaiseAnAlarmAndKeepTheToken(FcmError error) {
    Push push = pushAnswered(Answer.refuse(error));
    Delivery.Result result = resultOf(push);
    assertThat(result.outcome()).isEqualTo(Delivery.Outcome.REJECTED);
    assertThat(result.reason()).isEqualTo(error.name());
    assertThat(result.tokenHash()).isNull();
    assertThat(fixture.fcm.requestCount()).as("no retry of the client's own").isEqualTo(1);
    assertThat(fixture.count("goalgpt.notifier.alarms", "reason", error.name())).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "UNREGISTERED, HTTP_404",
    "SENDER_ID_MISMATCH, HTTP_403",
    "THIRD_PARTY_AUTH_ERROR, HTTP_401"
  })
  void whatMayBeOurCredentialsOrProjectIsTriedAgainWithAnAlarm(FcmError error, String reason) {
    Push push = pushAnswered(Answer.refuse(error).withoutDetails());
    Delivery.Result result = resultOf(push);
    assertThat(result.outcome()).isEqualTo(Delivery.Outcome.ACCEPTED);
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(fixture.fcm.requestCount()).isEqualTo(2);
    assertThat(fixture.count("goalgpt.notifier.alarms", "reason", reason)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, true, UNAVAILABLE",
    "UNAVAILABLE, false, HTTP_503",
    "INTERNAL, true, INTERNAL",
    "INTERNAL, false, HTTP_500"
  })
  void passingTroubleIsTriedAgainByUsAndNotByTheClient(
      FcmError error, boolean details, String reason) {
    Answer.Refuse refuse = Answer.refuse(error);
    Answer answer = details ? refuse : refuse.withoutDetails();
    Push push = pushAnswered(answer, answer);
    Delivery.Result result = resultOf(push);
    assertThat(result.outcome()).isEqualTo(Delivery.Outcome.ACCEPTED);
    assertThat(result.attempts()).isEqualTo(3);
    assertThat(fixture.fcm.requestCount()).isEqualTo(3);
    assertThat(fixture.count("goalgpt.notifier.retried", "reason", reason)).isEqualTo(2);
  }

  @Test
  void aResetConnectionIsTriedAgain() {
    Push push = pushAnswered(Answer.reset());
    assertThat(resultOf(push).outcome()).isEqualTo(Delivery.Outcome.ACCEPTED);
    assertThat(fixture.fcm.requestCount()).isEqualTo(2);
    assertThat(fixture.count("goalgpt.notifier.retried", "reason", "IO")).isEqualTo(1);
    assertThat((double) resultOf(push).attempts())
        .as("and those that never left, because the client was still about to close")
        .isEqualTo(2 + fixture.count("goalgpt.notifier.retried", "reason", "UNPROCESSED"));
  }

  @Test
  void aHangingRequestIsGivenUpAndTriedAgain() {
    fixture.with("FCM_READ_TIMEOUT", "500ms");
    Push push = pushAnswered(Answer.silence());
    assertThat(resultOf(push).outcome()).isEqualTo(Delivery.Outcome.ACCEPTED);
    assertThat(fixture.fcm.requestCount())
        .as("no retry of the client's own; one that was given up may not have come through")
        .isBetween(2L, (long) resultOf(push).attempts());
  }

  @Test
  void halfAnAnswerIsTriedAgainUnderTheSameCollapseKey() {
    Push push = pushAnswered(Answer.half());
    assertThat(resultOf(push).outcome()).isEqualTo(Delivery.Outcome.ACCEPTED);
    assertThat(fixture.fcm.accepted())
        .extracting(AcceptedMessage::collapseKey)
        .containsExactly(push.id().toString(), push.id().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "502 | <html>Bad Gateway</html>",
        "403 | {\"error\": \"forbidden\"}",
        "501 | {\"error\": {\"status\": \"UNIMPLEMENTED\"}}",
        "200 | {\"name\":",
      })
  void whatAProxyAnswersHarmsNobodyElse(int httpStatus, String body) {
    fixture.fcm.answer("tablet", Answer.raw(httpStatus, body));
    fixture.start();
    Push push = NotifierFixture.push("phone", "tablet", "watch");
    fixture.send(push);
    assertThat(fixture.deliveryOf(push).results())
        .extracting(Delivery.Result::attempts)
        .containsExactly(1, 2, 1);
    assertThat(fixture.fcm.accepted()).hasSize(3);
  }

  @Test
  void waitsAsLongAsRetryAfterSays() {
    ManualTime time = new ManualTime(Instant.now());
    fixture.start(time);
    fixture.fcm.answer(
        "phone", Answer.refuse(FcmError.UNAVAILABLE).retryAfter(Duration.ofSeconds(120)));
    Push push = NotifierFixture.push("phone");
    fixture.send(push);

    await().atMost(NotifierFixture.PATIENCE).until(() -> !time.asked().isEmpty());
    assertThat(time.asked().get(0))
        .isBetween(time.now().plusSeconds(120), time.now().plusSeconds(150));
    time.advance(Duration.ofSeconds(150));
    assertThat(resultOf(push).attempts()).isEqualTo(2);
  }

  @Test
  void aUsedUpQuotaSlowsTheWholeSenderDown() {
    ManualTime time = new ManualTime(Instant.now());
    fixture.start(time);
    fixture.fcm.answer("phone", Answer.refuse(FcmError.QUOTA_EXCEEDED));
    Push refused = NotifierFixture.push("phone");
    fixture.send(refused);
    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> fixture.count("goalgpt.notifier.pauses") == 1);

    Push other = NotifierFixture.push("tablet");
    fixture.send(other);
    time.advance(Duration.ofSeconds(59));
    assertThat(fixture.fcm.acceptedCount()).isZero();
    assertThat(held()).as("in a pause nothing more is taken up").isEqualTo(1);
    time.advance(Duration.ofSeconds(20));

    assertThat(resultOf(refused).attempts()).isEqualTo(2);
    assertThat(resultOf(other).attempts()).isEqualTo(1);
  }

  private double held() {
    return fixture.registry.get("goalgpt.notifier.held").tag("lane", "REWARD").gauge().value();
  }

  @Test
  void isNotSentAfterItsDeadline() {
    ManualTime time = new ManualTime(Instant.now());
    fixture.start(time);
    fixture.fcm.script(request -> Answer.refuse(FcmError.UNAVAILABLE));
    Push push = NotifierFixture.push(time.now().plusSeconds(3), "phone");
    Push late = NotifierFixture.push(time.now().minusSeconds(1), "phone");
    fixture.send(push, late);

    assertThat(resultOf(late).outcome()).isEqualTo(Delivery.Outcome.EXPIRED);
    assertThat(resultOf(late).attempts()).isZero();
    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> fixture.count("goalgpt.notifier.retried", "reason", "UNAVAILABLE") > 0);
    time.advance(Duration.ofSeconds(3));
    assertThat(resultOf(push).outcome()).isEqualTo(Delivery.Outcome.EXPIRED);
    assertThat(resultOf(push).reason()).isEqualTo("UNAVAILABLE");
    assertThat(fixture.fcm.acceptedCount()).isZero();
  }

  @Test
  void whatIsTooBigForFcmIsNotEvenSent() {
    fixture.start();
    Push small = NotifierFixture.push("phone");
    Push big =
        new Push(
            UUID.randomUUID(),
            small.customerId(),
            "t",
            "b",
            Map.of("text", "x".repeat(4096)),
            null,
            null,
            small.lane(),
            small.addresses(),
            small.causedAt(),
            small.deadline(),
            null);
    fixture.send(big);

    assertThat(resultOf(big).outcome()).isEqualTo(Delivery.Outcome.REJECTED);
    assertThat(resultOf(big).reason()).isEqualTo("PAYLOAD");
    assertThat(fixture.fcm.requestCount()).isZero();
    awaitDoneWith(1);
    assertThat(fixture.deadLetters())
        .extracting(DeadLetter::cause)
        .containsExactly("notification and data have 4110 bytes, FCM takes 4096");
  }

  @Test
  void anInstallationIsSentToByItsId() {
    fixture.start();
    fixture.fcm.answer("installation-2", Answer.refuse(FcmError.UNREGISTERED));
    Push push =
        NotifierFixture.to(
            NotifierFixture.push(),
            new Push.InstallationId(UUID.randomUUID(), "installation-1"),
            new Push.InstallationId(UUID.randomUUID(), "installation-2"));
    fixture.send(push);
    assertThat(fixture.deliveryOf(push).results())
        .extracting(Delivery.Result::outcome)
        .containsExactly(Delivery.Outcome.ACCEPTED, Delivery.Outcome.DEAD_TOKEN);
    assertThat(fixture.fcm.accepted().get(0).message().path("fid").asText())
        .isEqualTo("installation-1");
    assertThat(fixture.fcm.accepted().get(0).message().has("token")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"5", "120"})
  void aUsedUpQuotaWaitsAsLongAsRetryAfterSays(int seconds) {
    ManualTime time = new ManualTime(Instant.now());
    fixture.start(time);
    fixture.fcm.answer(
        "phone", Answer.refuse(FcmError.QUOTA_EXCEEDED).retryAfter(Duration.ofSeconds(seconds)));
    Push push = NotifierFixture.push("phone");
    fixture.send(push);
    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> fixture.count("goalgpt.notifier.pauses") == 1);
    time.advance(Duration.ofSeconds(seconds - 1));
    assertThat(fixture.fcm.requestCount()).isEqualTo(1);
    time.advance(Duration.ofSeconds(2 + seconds / 4));
    assertThat(resultOf(push).attempts()).isEqualTo(2);
  }

  /** The clock stands still: what waited, if only for a moment, would never be sent again. */
  @Test
  void whatAServerThatSaysGoodbyeDoesNotLookAtIsSentAtOnceElsewhere() {
    fixture.with("FCM_READ_TIMEOUT", "5m").with("NOTIFIER_CONCURRENCY", "20");
    Push[] pushes = NotifierFixture.pushes(20, "phone-").toArray(Push[]::new);
    AtomicInteger arrived = new AtomicInteger();
    CompletableFuture<Void> allAreThere = new CompletableFuture<>();
    CompletableFuture<Void> goodbye = new CompletableFuture<>();
    AtomicReference<String> last = new AtomicReference<>();
    fixture.fcm.script(
        request -> {
          int number = arrived.incrementAndGet();
          if (number == pushes.length) {
            allAreThere.complete(null);
          } else if (number == 5) {
            last.set(request.token());
            return Answer.accept().withGoodbye().once(allAreThere);
          }
          return Answer.accept().once(goodbye);
        });
    fixture.fcm.onAccepted(
        message -> {
          if (message.token().equals(last.get())) {
            goodbye.complete(null);
          }
        });
    fixture.start(new ManualTime(Instant.now()));
    fixture.send(pushes);

    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> fixture.deliveries().size() == pushes.length);
    int again = arrived.get() - pushes.length;
    assertThat(again).as("requests that came after the last that it looked at").isPositive();
    assertThat(fixture.count("goalgpt.notifier.retried", "reason", "UNPROCESSED")).isEqualTo(again);
    assertThat(fixture.fcm.accepted())
        .extracting(AcceptedMessage::collapseKey)
        .hasSize(pushes.length)
        .doesNotHaveDuplicates();
  }

  /** The clock stands still but where it is moved. */
  @Test
  void aRefusedStreamIsSentAgainAtOnceAndThenAfterAPause() {
    ManualTime time = new ManualTime(Instant.now());
    fixture.start(time);
    fixture.fcm.answer("phone", Answer.refusedStream(), Answer.refusedStream());
    Push push = NotifierFixture.push("phone");
    fixture.send(push);

    await().atMost(NotifierFixture.PATIENCE).until(() -> !time.asked().isEmpty());
    assertThat(fixture.fcm.requestCount()).as("the second one at once").isEqualTo(2);
    assertThat(time.asked().get(0)) // twice NOTIFIER_FIRST_RETRY, less up to half of it
        .isBetween(time.now().plusMillis(10), time.now().plusMillis(20));
    assertThat(fixture.count("goalgpt.notifier.accepted", "lane", "REWARD")).isZero();
    assertThat(fixture.deliveries()).isEmpty();
    time.advance(Duration.ofMillis(20));

    Delivery.Result result = resultOf(push);
    assertThat(result.outcome()).isEqualTo(Delivery.Outcome.ACCEPTED);
    assertThat(result.attempts()).isEqualTo(3);
    assertThat(fixture.fcm.accepted())
        .extracting(AcceptedMessage::collapseKey)
        .containsExactly(push.id().toString());
    assertThat(fixture.count("goalgpt.notifier.accepted", "lane", "REWARD")).isEqualTo(1);
    assertThat(fixture.count("goalgpt.notifier.retried", "reason", "UNPROCESSED")).isEqualTo(2);
  }

  @Test
  void aRefusedStreamHarmsNoOtherOnItsConnectionAndLosesNothing() {
    AtomicInteger arrived = new AtomicInteger();
    Set<String> refused = ConcurrentHashMap.newKeySet();
    fixture.fcm.script(
        request ->
            arrived.incrementAndGet() % 2 == 0 && refused.add(request.token())
                ? Answer.refusedStream()
                : Answer.accept());
    fixture.start();
    Push[] pushes = NotifierFixture.pushes(200, "phone-").toArray(Push[]::new);
    fixture.send(pushes);

    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> fixture.deliveries().size() == pushes.length);
    assertThat(refused).hasSizeGreaterThan(50);
    assertThat(fixture.fcm.accepted())
        .extracting(AcceptedMessage::token)
        .hasSize(pushes.length)
        .doesNotHaveDuplicates();
    Map<UUID, String> tokens = new HashMap<>();
    for (Push push : pushes) {
      tokens.put(push.id(), push.addresses().get(0).secret());
    }
    assertThat(fixture.deliveries())
        .allSatisfy(
            delivery ->
                assertThat(delivery.results().get(0).attempts())
                    .isEqualTo(refused.contains(tokens.get(delivery.pushId())) ? 2 : 1));
    assertThat(fixture.count("goalgpt.notifier.retried", "reason", "UNPROCESSED"))
        .isEqualTo(refused.size());
  }

  @Test
  void whoseStreamIsRefusedUntilItsDeadlineExpires() {
    ManualTime time = new ManualTime(Instant.now());
    fixture.start(time);
    fixture.fcm.script(request -> Answer.refusedStream());
    Push push = NotifierFixture.push(time.now().plusSeconds(3), "phone");
    fixture.send(push);
    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> fixture.count("goalgpt.notifier.retried", "reason", "UNPROCESSED") == 2);
    time.advance(Duration.ofSeconds(3));

    assertThat(resultOf(push).outcome()).isEqualTo(Delivery.Outcome.EXPIRED);
    assertThat(resultOf(push).reason()).isEqualTo("UNPROCESSED");
    assertThat(fixture.fcm.acceptedCount()).isZero();
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void aConnectionThatIsDeadAndDoesNotSayItIsLeft() throws Exception {
    try (SlowDoor door = new SlowDoor(fixture.fcm.port(), 0)) {
      fixture.with("FCM_ENDPOINT", "https://127.0.0.1:" + door.port());
      // As long as the default: what is not dead must not be given up because the machine pauses.
      fixture.with("FCM_READ_TIMEOUT", "10s").with("FCM_CONNECT_TIMEOUT", "10s");
      fixture.start();
      Push before = NotifierFixture.push("phone");
      fixture.send(before);
      assertThat(resultOf(before).attempts()).isEqualTo(1);
      door.fallSilent();

      Push[] after = NotifierFixture.pushes(50, "tablet-").toArray(Push[]::new);
      fixture.send(after);
      await().atMost(NotifierFixture.PATIENCE).until(() -> fixture.deliveries().size() == 51);

      assertThat(fixture.deliveries())
          .allSatisfy(
              delivery -> {
                assertThat(delivery.results().get(0).outcome())
                    .isEqualTo(Delivery.Outcome.ACCEPTED);
                assertThat(delivery.results().get(0).attempts())
                    .as("one read time-out, then another connection")
                    .isLessThanOrEqualTo(2);
              });
      assertThat(fixture.fcm.requestCount()).as("nothing came through the dead one").isEqualTo(51);
      assertThat(fixture.count("goalgpt.notifier.retried", "reason", "TIMEOUT")).isPositive();
    }
  }

  @Test
  void aHandshakeThatHangsIsGivenUpAndTriedAgain() throws Exception {
    try (SlowDoor door = new SlowDoor(fixture.fcm.port(), 1)) {
      fixture.with("FCM_ENDPOINT", "https://127.0.0.1:" + door.port());
      fixture.with("FCM_CONNECT_TIMEOUT", "500ms");
      fixture.start();
      Push push = NotifierFixture.push("phone");
      fixture.send(push);
      assertThat(resultOf(push).outcome()).isEqualTo(Delivery.Outcome.ACCEPTED);
      assertThat(resultOf(push).attempts()).isGreaterThanOrEqualTo(2);
      assertThat(fixture.fcm.acceptedCount()).isEqualTo(1);
      assertThat(fixture.count("goalgpt.notifier.retried", "reason", "IO")).isGreaterThan(0);
    }
  }
}
