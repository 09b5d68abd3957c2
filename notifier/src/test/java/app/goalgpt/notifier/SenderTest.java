package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Push;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
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

  private Sender sender(int concurrency) {
    FcmGateway gateway =
        new FcmGateway() {
          @Override
          public CompletableFuture<FcmAnswer> send(Push push, Push.Address address) {
            Request request = new Request(push, address, new CompletableFuture<>());
            requests.add(request);
            return request.answer();
          }

          @Override
          public void close() {}
        };
    RetryPolicy latest = new RetryPolicy(Duration.ofSeconds(1), Duration.ofMinutes(1), () -> 0.999);
    return new Sender(
        gateway, latest, concurrency, time, new NotifierMeters(registry), finished::add);
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
            .mapToObj(i -> new Push.Address(UUID.randomUUID(), "token-" + i))
            .toList(),
        START,
        START.plus(lifetime),
        null);
  }

  private PushInFlight submit(Push.Lane lane, Duration lifetime, int devices) {
    PushInFlight push = new PushInFlight(push(lane, lifetime, devices), SOURCE, 0);
    sender.submit(push);
    return push;
  }

  private PushInFlight submit(int devices) {
    return submit(Push.Lane.REWARD, Duration.ofHours(2), devices);
  }

  private void awaitRequests(int count) {
    await().until(() -> requests.size() == count);
  }

  private List<Delivery.Result> results(PushInFlight push) {
    await().until(() -> finished.contains(push));
    return push.delivery(time.now()).results();
  }

  @Test
  void keepsNoMoreRequestsUnderWayThanAllowed() {
    submit(10);
    sender.pump();
    assertThat(requests).hasSize(4);
    assertThat(sender.held()).isEqualTo(10);

    requests.get(0).accepted();
    assertThat(requests).hasSize(5);
    assertThat(sender.held()).isEqualTo(9);
    assertThat(sender.underWay()).isEqualTo(4);
  }

  @Test
  void rewardsGoFirstThenRemindersThenCampaigns() {
    submit(Push.Lane.CAMPAIGN, Duration.ofHours(1), 2);
    submit(Push.Lane.REMINDER, Duration.ofHours(1), 1);
    submit(Push.Lane.REWARD, Duration.ofHours(1), 2);
    sender.pump();
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
    assertThat(sender.held()).isZero();
    assertThat(registry.get("goalgpt.notifier.expired").counter().count()).isEqualTo(1);
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
    while (sender.held() > 0) {
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
    assertThat(sender.held()).as("those under way").isEqualTo(sender.underWay());

    List.copyOf(requests).subList(1, requests.size()).forEach(Request::accepted);
    time.advance(Duration.ofHours(1));
    sender.pump();
    assertThat(finished).isEmpty();
    assertThat(sender.held()).isZero();
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
}
