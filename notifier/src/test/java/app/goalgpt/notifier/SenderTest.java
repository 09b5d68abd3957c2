package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Push;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of sending, minutes and hours of them, in milliseconds. */
class SenderTest {
  private static final Instant START = Instant.parse("2026-01-12T12:00:00Z");
  private static final TopicPartition SOURCE = new TopicPartition("pushes", 0);

  private final ManualTime time = new ManualTime(START);
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<PushInFlight> finished = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<Long> underWayWhenTold = new CopyOnWriteArrayList<>();
  private final List<Delivery> notes = new CopyOnWriteArrayList<>();
  private final List<Instant> pauses = new CopyOnWriteArrayList<>();
  private final Budget budget = new Budget(100_000_000, Duration.ZERO);
  private final Sender.Listener listener =
      new Sender.Listener() {
        @Override
        public void finished(PushInFlight push) {
          finished.add(push);
          underWayWhenTold.add(sender.underWay(any -> true));
        }

        @Override
        public void noted(PushInFlight push, Delivery soFar) {
          notes.add(soFar);
        }

        @Override
        public void paused(Instant until) {
          pauses.add(until);
        }
      };
  private Kindness kindness = Kindness.none(ZoneOffset.UTC);
  private final Sender sender = sender(4);

  /** A request that the test answers when it likes. */
  private record Request(Push push, Push.Address address, CompletableFuture<FcmAnswer> answer) {
    void accepted() {
      answer.complete(FcmAnswer.accepted());
    }

    void refused(int httpStatus, String retryAfter) {
      answer.complete(FcmAnswer.refused(httpStatus, null, retryAfter));
    }
  }

  private FcmGateway gateway() {
    return new FcmGateway() {
      @Override
      public CompletableFuture<FcmAnswer> send(Push push, Push.Address address) {
        Request request = new Request(push, address, new CompletableFuture<>());
        requests.add(request);
        return request.answer();
      }

      @Override
      public void close() {}
    };
  }

  private Sender sender(int concurrency) {
    return sender(concurrency, budget);
  }

  private Sender sender(int concurrency, Budget budget) {
    RetryPolicy latest = new RetryPolicy(Duration.ofSeconds(1), Duration.ofMinutes(1), () -> 0.999);
    budget.share(1, 1);
    return new Sender(
        gateway(),
        latest,
        concurrency,
        budget,
        kindness,
        time,
        new NotifierMeters(registry),
        Runnable::run,
        listener);
  }

  @AfterEach
  void close() {
    time.close();
  }

  private Push push(Push.Lane lane, Duration lifetime, int devices) {
    return new Push(
        UUID.randomUUID(),
        UUID.randomUUID(),
        "t",
        "b",
        Map.of("type", "x"),
        null,
        null,
        lane,
        IntStream.range(0, devices)
            .mapToObj(i -> new Push.RegistrationToken(UUID.randomUUID(), "token-" + i))
            .<Push.Address>map(address -> address)
            .toList(),
        START,
        START.plus(lifetime),
        null);
  }

  private PushInFlight submit(Push.Lane lane, Duration lifetime, int devices) {
    return submit(push(lane, lifetime, devices), List.of(), false);
  }

  private PushInFlight submit(Push push, List<Delivery.Result> answered, boolean mayBeRepeat) {
    PushInFlight inFlight = new PushInFlight(push, SOURCE, 0, answered, mayBeRepeat);
    sender.submit(List.of(inFlight), CompletableFuture.completedFuture(null));
    return inFlight;
  }

  private PushInFlight submit(int devices) {
    return submit(Push.Lane.REWARD, Duration.ofHours(2), devices);
  }

  private int held() {
    return Arrays.stream(Push.Lane.values()).mapToInt(sender::held).sum();
  }

  private void awaitRequests(int count) {
    await().atMost(NotifierFixture.PATIENCE).until(() -> requests.size() == count);
  }

  private List<Delivery.Result> results(PushInFlight push) {
    await().atMost(NotifierFixture.PATIENCE).until(() -> finished.contains(push));
    return push.delivery(time.now()).results();
  }

  /**
   * Whoever waits for what is under way may commit then: the delivery must have been handed over.
   */
  @Test
  void aPushIsUnderWayUntilItWasToldOf() {
    submit(1);
    requests.get(0).accepted();
    assertThat(underWayWhenTold).containsExactly(1L);
    assertThat(sender.underWay(any -> true)).isZero();
  }

  @Test
  void keepsNoMoreRequestsUnderWayThanAllowed() {
    submit(10);
    sender.pump();
    assertThat(requests).hasSize(4);
    assertThat(held()).isEqualTo(10);

    requests.get(0).accepted();
    assertThat(requests).hasSize(5);
    assertThat(held()).isEqualTo(9);
    assertThat(sender.underWay()).isEqualTo(4);
  }

  @Test
  void rewardsGoFirstThenRemindersThenCampaigns() {
    CompletableFuture<Void> written = new CompletableFuture<>();
    List<PushInFlight> pushes =
        Stream.of(
                push(Push.Lane.CAMPAIGN, Duration.ofHours(1), 2),
                push(Push.Lane.REMINDER, Duration.ofHours(1), 1),
                push(Push.Lane.REWARD, Duration.ofHours(1), 2))
            .map(push -> new PushInFlight(push, SOURCE, 0, List.of(), false))
            .toList();
    sender.submit(pushes, written);
    assertThat(requests).as("it is not written yet that they were taken up").isEmpty();
    assertThat(held()).isEqualTo(5);
    written.complete(null);
    assertThat(requests)
        .extracting(request -> request.push().lane())
        .containsExactly(
            Push.Lane.REWARD, Push.Lane.REWARD, Push.Lane.REMINDER, Push.Lane.CAMPAIGN);
  }

  @Test
  void onlyTheDeviceThatNeedsItIsTriedAgain() {
    PushInFlight push = submit(2);
    sender.pump();
    requests.get(0).accepted();
    requests.get(1).refused(503, null);
    assertThat(finished).isEmpty();

    time.advance(Duration.ofSeconds(1));
    awaitRequests(3);
    assertThat(requests.get(2).address()).isEqualTo(requests.get(1).address());
    requests.get(2).accepted();

    assertThat(results(push))
        .extracting(Delivery.Result::outcome)
        .containsOnly(Delivery.Outcome.ACCEPTED);
    assertThat(results(push)).extracting(Delivery.Result::attempts).containsExactly(1, 2);
    assertThat(requests).hasSize(3);
  }

  @Test
  void comesBackNoSoonerThanRetryAfterSays() {
    submit(1);
    sender.pump();
    requests.get(0).refused(503, "120");
    time.advance(Duration.ofSeconds(119));
    sender.pump();
    assertThat(requests).hasSize(1);

    time.advance(Duration.ofSeconds(31));
    awaitRequests(2);
  }

  @Test
  void givesUpAtTheDeadline() {
    PushInFlight push = submit(Push.Lane.REWARD, Duration.ofSeconds(90), 1);
    sender.pump();
    requests.get(0).refused(503, "3600");
    assertThat(time.asked()).containsExactly(START.plusSeconds(90));

    time.advance(Duration.ofSeconds(90));
    Delivery.Result result = results(push).get(0);
    assertThat(result.outcome()).isEqualTo(Delivery.Outcome.EXPIRED);
    assertThat(result.reason()).isEqualTo("HTTP_503");
    assertThat(result.attempts()).isEqualTo(1);
    assertThat(requests).hasSize(1);
    assertThat(held()).isZero();
    assertThat(registry.get("goalgpt.notifier.expired").tag("lane", "REWARD").counter().count())
        .isEqualTo(1);
  }

  @Test
  void whatIsLateWhenReadIsNotSent() {
    PushInFlight push = submit(Push.Lane.REWARD, Duration.ZERO, 2);
    sender.pump();
    assertThat(results(push))
        .allSatisfy(
            result -> {
              assertThat(result.outcome()).isEqualTo(Delivery.Outcome.EXPIRED);
              assertThat(result.reason()).isEqualTo("DEADLINE");
              assertThat(result.attempts()).isZero();
            });
    assertThat(requests).isEmpty();
  }

  @Test
  void aUsedUpQuotaStopsEverythingForAtLeastAMinute() {
    submit(2);
    sender.pump();
    requests.get(0).refused(429, null);
    requests.get(1).accepted();
    submit(1);
    sender.pump();
    time.advance(Duration.ofSeconds(59));
    sender.pump();
    assertThat(requests).as("neither the refused nor the new one").hasSize(2);

    time.advance(Duration.ofSeconds(16));
    awaitRequests(4);
  }

  @Test
  void aUsedUpQuotaWaitsAsLongAsRetryAfterSays() {
    submit(1);
    sender.pump();
    requests.get(0).refused(429, "5");
    time.advance(Duration.ofSeconds(4));
    sender.pump();
    assertThat(requests).hasSize(1);
    time.advance(Duration.ofSeconds(3));
    awaitRequests(2);
  }

  @Test
  void afterAUsedUpQuotaItGoesSlowerAndRecovers() {
    submit(4);
    sender.pump();
    List.copyOf(requests).forEach(request -> request.refused(429, "5"));
    assertThat(sender.window()).as("one event, however many were under way").isEqualTo(2);

    time.advance(Duration.ofSeconds(10));
    awaitRequests(6);
    assertThat(sender.underWay()).isEqualTo(2);
    submit(40);
    List<Request> answered = new ArrayList<>(requests.subList(0, 4));
    while (held() > 0) {
      Request next = requests.stream().filter(r -> !answered.contains(r)).findFirst().orElseThrow();
      answered.add(next);
      next.accepted();
    }
    assertThat(sender.window()).isEqualTo(4);
  }

  @Test
  void anotherRefusalAfterThePauseMakesALongerOne() {
    submit(1);
    sender.pump();
    requests.get(0).refused(429, null);
    time.advance(Duration.ofSeconds(75));
    awaitRequests(2);
    requests.get(1).refused(429, null);

    time.advance(Duration.ofSeconds(119));
    sender.pump();
    assertThat(requests).hasSize(2);
    time.advance(Duration.ofSeconds(31));
    awaitRequests(3);
  }

  @Test
  void aPushThatExpiresDuringAPauseIsReportedAtItsDeadline() {
    PushInFlight push = submit(Push.Lane.REWARD, Duration.ofSeconds(30), 1);
    sender.pump();
    requests.get(0).refused(429, "600");
    time.advance(Duration.ofSeconds(30));
    assertThat(results(push).get(0).outcome()).isEqualTo(Delivery.Outcome.EXPIRED);
  }

  @Test
  void forgetsWhatSomebodyElseWillSend() {
    submit(6);
    sender.pump();
    requests.get(0).refused(503, null);
    sender.forget(push -> push.partition().equals(SOURCE));
    assertThat(held()).as("those under way").isEqualTo(sender.underWay());

    List.copyOf(requests).subList(1, requests.size()).forEach(Request::accepted);
    time.advance(Duration.ofHours(1));
    sender.pump();
    assertThat(finished).isEmpty();
    assertThat(held()).isZero();
  }

  @Test
  void aDeadTokenIsReportedWithItsHashOnly() {
    PushInFlight push = submit(1);
    sender.pump();
    String body =
        """
        {"error": {"details": [{"errorCode": "UNREGISTERED",
          "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError"}]}}""";
    requests.get(0).answer().complete(FcmAnswer.refused(404, body, null));
    Delivery.Result result = results(push).get(0);
    assertThat(result.outcome()).isEqualTo(Delivery.Outcome.DEAD_TOKEN);
    assertThat(result.reason()).isEqualTo("UNREGISTERED");
    // printf %s token-0 | sha256sum
    assertThat(result.tokenHash())
        .isEqualTo("6c02cf2083469e72758a38be0b7c6eabe9bc58580774daf6b2cf4b6ea1469722");
  }

  @Test
  void whatADeviceSaidIsNotedBeforeTheOthersWait() {
    PushInFlight push = submit(3);
    List<UUID> devices = push.push().addresses().stream().map(Push.Address::tokenId).toList();
    requests.get(0).accepted();
    requests.get(1).refused(503, "120");
    assertThat(notes).as("one is under way still").isEmpty();
    requests.get(2).refused(503, "120");

    assertThat(notes).hasSize(1);
    assertThat(notes.get(0).isFinal()).isFalse();
    assertThat(notes.get(0).results())
        .extracting(Delivery.Result::tokenId)
        .containsExactly(devices.get(0));
    assertThat(notes.get(0).open()).containsExactly(devices.get(1), devices.get(2));
    assertThat(finished).isEmpty();
  }

  @Test
  void aDeviceThatAnsweredSomebodyElseIsNotAskedAgain() {
    Push push = push(Push.Lane.REWARD, Duration.ofHours(1), 2);
    Delivery.Result known =
        new Delivery.Result(
            push.addresses().get(0).tokenId(), null, Delivery.Outcome.ACCEPTED, null, 1);
    PushInFlight taken = submit(push, List.of(known), true);
    assertThat(requests).hasSize(1);
    assertThat(requests.get(0).address()).isEqualTo(push.addresses().get(1));
    assertThat(registry.get("goalgpt.notifier.repeated").tag("lane", "REWARD").counter().count())
        .isEqualTo(1);
    requests.get(0).accepted();
    assertThat(results(taken)).hasSize(2);
    assertThat(held()).isZero();
  }

  @Test
  void anAnswerThatComesAfterItWasGivenAwayIsNotTriedAgainHere() {
    submit(1);
    sender.forget(push -> true);
    requests.get(0).refused(503, null);
    time.advance(Duration.ofHours(1));
    sender.pump();
    assertThat(requests).hasSize(1);
    assertThat(held()).isZero();
  }

  @Test
  void campaignsThatHangLeaveRoomForRewards() {
    Sender wide = sender(20);
    for (Push.Lane lane : List.of(Push.Lane.CAMPAIGN, Push.Lane.REMINDER, Push.Lane.REWARD)) {
      wide.submit(
          List.of(
              new PushInFlight(push(lane, Duration.ofHours(1), 40), SOURCE, 0, List.of(), false)),
          CompletableFuture.completedFuture(null));
    }
    assertThat(requests)
        .extracting(request -> request.push().lane())
        .filteredOn(lane -> lane == Push.Lane.CAMPAIGN)
        .hasSize(16);
    assertThat(requests)
        .extracting(request -> request.push().lane())
        .filteredOn(lane -> lane == Push.Lane.REWARD)
        .hasSize(2);
  }

  @Test
  void aPauseOfAnotherInstanceIsKeptAndNotToldOn() {
    sender.pauseToo(START.plusSeconds(90));
    submit(1);
    time.advance(Duration.ofSeconds(89));
    sender.pump();
    assertThat(requests).isEmpty();
    time.advance(Duration.ofSeconds(1));
    awaitRequests(1);
    assertThat(pauses).isEmpty();

    requests.get(0).refused(429, "5");
    assertThat(pauses).hasSize(1);
    assertThat(pauses.get(0)).isBetween(time.now().plusSeconds(5), time.now().plusSeconds(7));
  }

  @Test
  void withoutBudgetItWaitsForTheNextRequestAndRewardsGoFirst() {
    // 600 a minute: 10 a second, one after the other.
    Budget small = new Budget(600, Duration.ZERO);
    Sender slow = sender(100, small);
    submitTo(slow, Push.Lane.CAMPAIGN, 5);
    assertThat(requests).hasSize(1);
    submitTo(slow, Push.Lane.REWARD, 1);
    time.advance(Duration.ofMillis(110));
    awaitRequests(2);
    assertThat(requests.get(1).push().lane()).isEqualTo(Push.Lane.REWARD);
  }

  @Test
  void aCampaignThatUsesUpTheBudgetLeavesSomeForRewards() {
    // 60,000 a minute: 1,000 a second, a bucket of 100.
    Sender busy = sender(1000, new Budget(60_000, Duration.ZERO));
    submitTo(busy, Push.Lane.CAMPAIGN, 300);
    assertThat(requests).hasSizeBetween(50, 90);
    int campaign = requests.size();
    submitTo(busy, Push.Lane.REWARD, 1);
    assertThat(requests).hasSize(campaign + 1);
    submitTo(busy, Push.Lane.REMINDER, 100);
    int before = requests.size();
    assertThat(before).isGreaterThan(campaign + 1);
    submitTo(busy, Push.Lane.REWARD, 1);
    assertThat(requests).hasSize(before + 1);
    time.advance(Duration.ofSeconds(1));
    await()
        .atMost(NotifierFixture.PATIENCE)
        .until(() -> requests.size() > before + 1); // and the campaign goes on
  }

  private void submitTo(Sender sender, Push.Lane lane, int devices) {
    Push push = push(lane, Duration.ofHours(1), devices);
    sender.submit(
        List.of(new PushInFlight(push, SOURCE, requests.size(), List.of(), false)),
        CompletableFuture.completedFuture(null));
  }

  @Test
  void inQuietHoursRewardsGoAndOthersWaitOrExpire() {
    // It is 12:00 UTC.
    kindness =
        new Kindness(
            Optional.of(new Kindness.Hours(LocalTime.of(11, 0), LocalTime.of(14, 0))),
            false,
            0,
            ZoneOffset.UTC);
    Sender quiet = sender(4);
    CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
    assertThat(quiet.room(Push.Lane.CAMPAIGN, 100)).as("nothing is even taken up").isZero();
    assertThat(quiet.room(Push.Lane.REWARD, 100)).isPositive();
    List<PushInFlight> pushes =
        Stream.of(
                push(Push.Lane.REWARD, Duration.ofHours(9), 1),
                push(Push.Lane.CAMPAIGN, Duration.ofHours(9), 1),
                push(Push.Lane.REMINDER, Duration.ofHours(1), 1))
            .map(push -> new PushInFlight(push, SOURCE, 0, List.of(), false))
            .toList();
    quiet.submit(pushes, written);
    assertThat(requests).extracting(r -> r.push().lane()).containsExactly(Push.Lane.REWARD);

    time.advance(Duration.ofHours(1));
    assertThat(results(pushes.get(2)).get(0).outcome()).isEqualTo(Delivery.Outcome.EXPIRED);
    time.advance(Duration.ofMinutes(59));
    quiet.pump();
    assertThat(requests).hasSize(1);
    time.advance(Duration.ofMinutes(1));
    awaitRequests(2);
    assertThat(requests.get(1).push().lane()).isEqualTo(Push.Lane.CAMPAIGN);
  }
}
