package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.fcm.AcceptedMessage;
import app.goalgpt.embedded.fcm.Answer;
import app.goalgpt.embedded.fcm.FcmError;
import app.goalgpt.embedded.fcm.Script;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.Topic;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Crashes, replays, bad records, too much at once. */
class NotifierFaultsTest {
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

  private Push[] sent(int count) {
    Push[] pushes = NotifierFixture.pushes(count, "phone-").toArray(Push[]::new);
    fixture.send(pushes);
    return pushes;
  }

  private void awaitDeliveries(int count) {
    await().atMost(NotifierFixture.PATIENCE).until(() -> fixture.deliveries().size() >= count);
  }

  @Test
  void readingEverythingAgainSendsNothing() throws Exception {
    Notifier first = fixture.start();
    Push[] pushes = sent(60);
    fixture.send(NotifierFixture.push(pushes[0].deadline().minusSeconds(7200), "late"));
    awaitDeliveries(61);
    fixture.stop(first);
    fixture.rewind();

    fixture.start();
    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> fixture.count("goalgpt.notifier.repeats.skipped") == 61);
    await().atMost(NotifierFixture.PATIENCE).until(() -> fixture.committed() == 61);

    assertThat(fixture.fcm.requestCount()).isEqualTo(60);
    assertThat(fixture.deliveries()).hasSize(61);
  }

  @Test
  void theSamePushTwiceIsSentOnce() {
    fixture.start();
    Push push = NotifierFixture.push("phone");
    fixture.send(push, push);
    await().atMost(NotifierFixture.PATIENCE).until(() -> fixture.committed() == 2);
    assertThat(fixture.fcm.requestCount()).isEqualTo(1);
    assertThat(fixture.deliveries()).hasSize(1);
  }

  @Test
  void afterACrashOnlyWhatWasUnderWayIsSentAgain() {
    fixture.with("NOTIFIER_CONCURRENCY", "8").with("FCM_READ_TIMEOUT", "5m");
    AtomicInteger requests = new AtomicInteger();
    // By name, not by place among the accepted: the server takes several at once, and number 101
    // may be written down before number 100.
    Set<String> underWay = ConcurrentHashMap.newKeySet();
    fixture.fcm.script(
        request -> {
          if (requests.incrementAndGet() <= 100) {
            return Answer.accept();
          }
          underWay.add(request.token());
          return Answer.lost();
        });
    Notifier first = fixture.start();
    Push[] pushes = sent(300);
    await().atMost(NotifierFixture.PATIENCE).until(() -> fixture.fcm.acceptedCount() == 108);
    awaitDeliveries(100);
    fixture.kill(first);

    fixture.fcm.script(Script.accepting());
    fixture.start();
    awaitDeliveries(pushes.length);

    Map<String, Long> times =
        fixture.fcm.accepted().stream()
            .collect(Collectors.groupingBy(AcceptedMessage::token, Collectors.counting()));
    assertThat(times).as("every push was accepted").hasSize(pushes.length);
    assertThat(times.keySet().stream().filter(token -> times.get(token) > 1))
        .as("repeats")
        .containsExactlyInAnyOrderElementsOf(underWay);
    assertThat(fixture.deliveries()).extracting(Delivery::pushId).doesNotHaveDuplicates();
    assertThat(fixture.count("goalgpt.notifier.repeated", "lane", "REWARD"))
        .as("those under way, and those whose turn had come next")
        .isBetween((double) underWay.size(), underWay.size() + 3.0 * 8 + 8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDeviceThatHasAnsweredIsNotToldAgainWhenAnotherWaits(boolean kill) {
    fixture.fcm.answer(
        "tablet", Answer.refuse(FcmError.UNAVAILABLE).retryAfter(Duration.ofMinutes(10)));
    Notifier first = fixture.start();
    Push push = NotifierFixture.push("phone", "tablet");
    fixture.send(push);
    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> fixture.values(Topic.DELIVERIES).size() == 1);
    if (kill) {
      fixture.kill(first);
    } else {
      fixture.stop(first);
    }
    fixture.start();

    assertThat(fixture.deliveryOf(push).results())
        .extracting(Delivery.Result::outcome)
        .containsExactly(Delivery.Outcome.ACCEPTED, Delivery.Outcome.ACCEPTED);
    assertThat(fixture.fcm.accepted())
        .extracting(AcceptedMessage::token)
        .containsExactlyInAnyOrder("phone", "tablet");
    assertThat(fixture.count("goalgpt.notifier.repeated", "lane", "REWARD"))
        .as("a refused one might have been under way when it was killed")
        .isEqualTo(kill ? 1 : 0);
  }

  @Test
  void whatPassesAPushThatWaitsIsNotSentAgainThoughItIsMoreThanIsRemembered() {
    fixture.with("NOTIFIER_MEMORY_PUSHES", "10000"); // 3,333 of a partition
    Answer later = Answer.refuse(FcmError.UNAVAILABLE).retryAfter(Duration.ofMinutes(10));
    fixture.fcm.answer("patient", later, later);
    Notifier first = fixture.start();
    UUID customer = UUID.randomUUID();
    Instant deadline = Instant.now().plus(Duration.ofHours(1));
    fixture.send(NotifierFixture.push(customer, deadline, "patient"));
    await().atMost(NotifierFixture.PATIENCE).until(() -> fixture.fcm.requestCount() == 1);
    sent(12_000);
    await()
        .atMost(NotifierFixture.PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> fixture.values(Topic.DELIVERIES).size() == 12_000);
    fixture.kill(first);

    fixture.start();
    Push last = NotifierFixture.push(customer, deadline, "phone"); // behind all in its partition
    fixture.send(last);
    await()
        .atMost(NotifierFixture.PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> fixture.values(Topic.DELIVERIES).size() == 12_001);
    assertThat(fixture.fcm.acceptedCount()).isEqualTo(12_001);
  }

  @Test
  void aPauseIsEverybodysAndOutlivesTheOneWhoWasAsked() {
    ManualTime time = new ManualTime(Instant.now());
    Notifier first = fixture.start(time);
    fixture.fcm.answer(
        "phone", Answer.refuse(FcmError.QUOTA_EXCEEDED).retryAfter(Duration.ofSeconds(120)));
    Push refused = NotifierFixture.push("phone");
    fixture.send(refused);
    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> fixture.values(Topic.FCM_PAUSES).size() == 1);
    fixture.kill(first);
    ManualTime later = new ManualTime(time.now().plusSeconds(60));
    fixture.start(later);
    Push other = NotifierFixture.push("tablet");
    fixture.send(other);
    later.advance(Duration.ofSeconds(59));
    assertThat(fixture.fcm.requestCount()).as("the refused one").isEqualTo(1);
    later.advance(Duration.ofSeconds(31));
    fixture.deliveryOf(other);
    fixture.deliveryOf(refused);
    assertThat(fixture.fcm.requestCount()).isEqualTo(3);
  }

  @Test
  void aCampaignThatHangsHoldsUpNoReward() {
    fixture.with("NOTIFIER_CONCURRENCY", "20");
    fixture.with("NOTIFIER_DRAIN", "0s").with("FCM_READ_TIMEOUT", "5m");
    fixture.fcm.script(
        request -> request.token().startsWith("crowd") ? Answer.silence() : Answer.accept());
    fixture.start();
    fixture.send(
        NotifierFixture.pushes(1500, "crowd-").stream()
            .map(push -> NotifierFixture.inLane(push, Push.Lane.CAMPAIGN))
            .toArray(Push[]::new));
    await()
        .atMost(NotifierFixture.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(fixture.fcm.requestCount()).isEqualTo(16);
              assertThat(held("CAMPAIGN")).isGreaterThan(16);
            });
    Push reward = NotifierFixture.push("phone");
    fixture.send(reward);
    fixture.deliveryOf(reward);
    assertThat(fixture.fcm.requestCount()).isEqualTo(17);
    assertThat(held("CAMPAIGN"))
        .as("those under way, and three times the window in line")
        .isLessThanOrEqualTo(16 + 60);
  }

  @Test
  void aStopRepeatsNothing() {
    fixture.fcm.script(request -> Answer.accept().after(Duration.ofMillis(20)));
    Notifier first = fixture.start();
    Push[] pushes = sent(300);
    await().atMost(NotifierFixture.PATIENCE).until(() -> fixture.fcm.acceptedCount() > 20);
    fixture.stop(first);
    fixture.fcm.script(Script.accepting());
    fixture.start();
    awaitDeliveries(pushes.length);
    assertThat(fixture.fcm.accepted())
        .extracting(AcceptedMessage::collapseKey)
        .hasSize(pushes.length)
        .doesNotHaveDuplicates();
    assertThat(fixture.count("goalgpt.notifier.repeated", "lane", "REWARD")).isZero();
  }

  @Test
  void severalNotifiersShareTheWork() {
    fixture.fcm.script(request -> Answer.accept().after(Duration.ofMillis(5)));
    Notifier first = fixture.start();
    Push[] before = sent(100);
    Notifier second = fixture.start();
    Push[] after = sent(100);
    awaitDeliveries(before.length + after.length);
    fixture.stop(first);
    Push[] alone = sent(50);
    awaitDeliveries(before.length + after.length + alone.length);
    fixture.stop(second);

    assertThat(fixture.fcm.accepted())
        .extracting(AcceptedMessage::collapseKey)
        .hasSize(250)
        .doesNotHaveDuplicates();
  }

  @Test
  void holdsNoMoreInMemoryThanAllowed() {
    fixture.with("NOTIFIER_IN_FLIGHT", "50").with("NOTIFIER_CONCURRENCY", "10");
    fixture.with("NOTIFIER_DRAIN", "0s");
    fixture.fcm.script(
        request -> Answer.refuse(FcmError.UNAVAILABLE).retryAfter(Duration.ofMinutes(10)));
    fixture.start();
    sent(1500);
    await().atMost(NotifierFixture.PATIENCE).until(() -> held() >= 50);
    fixture.send(NotifierFixture.push("one-more"));
    assertThat(held()).isLessThanOrEqualTo(50);
    assertThat(fixture.fcm.requestCount()).isLessThanOrEqualTo(50);
    assertThat(fixture.committed()).isZero();
  }

  private double held() {
    return held("REWARD");
  }

  private double held(String lane) {
    return fixture.registry.get("goalgpt.notifier.held").tag("lane", lane).gauge().value();
  }

  @Test
  void goesOnAfterTheBrokerWasAway() {
    fixture.start();
    sent(50);
    awaitDeliveries(50);
    kafka.restart();
    sent(50);
    awaitDeliveries(100);
    assertThat(fixture.fcm.accepted())
        .extracting(AcceptedMessage::collapseKey)
        .hasSize(100)
        .doesNotHaveDuplicates();
  }

  @Test
  void nobodyIsToldMoreADayThanTheCapAllowsNorAfterARestart() {
    fixture.with("PUSH_CAP", "2");
    // At noon, whatever time it is here: no midnight comes in between.
    Instant noon = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofHours(12));
    Notifier first = fixture.start(new ManualTime(noon));
    UUID customer = UUID.randomUUID();
    Instant deadline = noon.plus(Duration.ofHours(1));
    List<Push> pushes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Push push = NotifierFixture.push(customer, deadline, "phone-" + i);
      pushes.add(NotifierFixture.inLane(push, i == 0 ? Push.Lane.REMINDER : Push.Lane.CAMPAIGN));
      fixture.send(pushes.get(i));
      fixture.deliveryOf(pushes.get(i));
    }
    assertThat(outcome(pushes.get(2))).isEqualTo(Delivery.Outcome.WITHHELD);
    fixture.stop(first);
    fixture.start(new ManualTime(noon));
    Push more =
        NotifierFixture.inLane(
            NotifierFixture.push(customer, deadline, "more"), Push.Lane.REMINDER);
    Push reward = NotifierFixture.push(customer, deadline, "reward");
    fixture.send(more, reward);

    assertThat(outcome(more)).isEqualTo(Delivery.Outcome.WITHHELD);
    assertThat(outcome(reward)).as("rewards are exempt").isEqualTo(Delivery.Outcome.ACCEPTED);
    assertThat(fixture.fcm.accepted())
        .extracting(AcceptedMessage::token)
        .containsExactlyInAnyOrder("phone-0", "phone-1", "reward");
  }

  private Delivery.Outcome outcome(Push push) {
    return fixture.deliveryOf(push).results().get(0).outcome();
  }

  @Test
  void malformedRecordsAreSetAsideAndTheRestGoesOn() {
    fixture.start();
    Push good = NotifierFixture.push("phone");
    String json = new String(Json.write(good), StandardCharsets.UTF_8);
    List<String> bad =
        List.of(
            "not json",
            "[]",
            "null",
            "{}",
            json.replace("\"deadline\"", "\"deadlin\""),
            json.replace(good.id().toString(), "not-a-uuid"),
            json.replace("\"REWARD\"", "\"LOUD\""),
            json.replaceAll("\"addresses\":\\[.*?]", "\"addresses\":[\"secret-token\"]"),
            json.replaceAll("\"addresses\":\\[.*?]", "\"addresses\":null"),
            json.replace("\"phone\"", "null"),
            json.replace("\"token\":", "\"tokn\":"));
    bad.forEach(text -> fixture.sendRaw("k", text.getBytes(StandardCharsets.UTF_8)));
    fixture.sendRaw("k", null);
    fixture.send(good);

    fixture.deliveryOf(good);
    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> fixture.deadLetters().size() == bad.size() + 1);
    await().atMost(NotifierFixture.PATIENCE).until(() -> fixture.committed() == bad.size() + 2);
    assertThat(fixture.fcm.requestCount()).isEqualTo(1);
    assertThat(fixture.deadLetters())
        .extracting(DeadLetter::cause)
        .contains(
            "not a push: not JSON",
            "not a push: id is missing, or not what belongs there",
            "not a push: lane is missing, or not what belongs there",
            "not a push: addresses[0] is missing, or not what belongs there",
            "not a push: lane, causedAt and deadline are needed");
    assertThat(fixture.deadLetters())
        .extracting(letter -> letter.partition() + "/" + letter.offset())
        .doesNotHaveDuplicates();
  }

  @Test
  void tokensAreShownNowhere() {
    String secret = "secret-token-Ab3:x";
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger("app.goalgpt");
    Level level = root.getLevel();
    root.setLevel(Level.TRACE);
    log.start();
    root.addAppender(log);
    try {
      fixture.fcm.answer(
          secret,
          Answer.refuse(FcmError.THIRD_PARTY_AUTH_ERROR),
          Answer.raw(400, "{\"error\": {\"message\": \"bad " + secret + "\"}}"),
          Answer.raw(
              400,
              """
              {"error": {"details": [
                {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError",
                 "errorCode": "%s"},
                {"@type": "type.googleapis.com/google.rpc.BadRequest",
                 "fieldViolations": [{"field": "%s"}]}]}}"""
                  .formatted(secret, secret)),
          Answer.refuse(FcmError.UNREGISTERED));
      fixture.start();
      for (int i = 0; i < 4; i++) {
        Push push = NotifierFixture.push(secret);
        fixture.send(push);
        fixture.deliveryOf(push);
      }
      String json = new String(Json.write(NotifierFixture.push(secret)), StandardCharsets.UTF_8);
      fixture.sendRaw("k", ("{" + json).getBytes(StandardCharsets.UTF_8));
      fixture.sendRaw("k", json.replace("REWARD", "LOUD").getBytes(StandardCharsets.UTF_8));
      fixture.sendRaw(
          "k", json.replace("[{", "[\"" + secret + "\",{").getBytes(StandardCharsets.UTF_8));
      await().atMost(NotifierFixture.PATIENCE).until(() -> fixture.deadLetters().size() == 5);
    } finally {
      root.detachAppender(log);
      root.setLevel(level);
    }

    Function<byte[], String> text = bytes -> new String(bytes, StandardCharsets.UTF_8);
    assertThat(fixture.values(Topic.DEAD_LETTERS)).extracting(text).noneMatch(holds(secret));
    assertThat(fixture.values(Topic.DELIVERIES)).extracting(text).noneMatch(holds(secret));
    List<ILoggingEvent> logged;
    synchronized (log) { // as whoever appends does, which one that is late may do still
      logged = List.copyOf(log.list);
    }
    assertThat(logged).isNotEmpty();
    assertThat(logged).extracting(ILoggingEvent::getFormattedMessage).noneMatch(holds(secret));
    assertThat(fixture.registry.getMeters())
        .extracting(meter -> meter.getId().toString())
        .noneMatch(holds(secret));
  }

  private static Predicate<String> holds(String secret) {
    return text -> text.contains(secret);
  }
}
