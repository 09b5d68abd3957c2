package app.goalgpt.notifier;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Push;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Sends messages as fast as FCM and the bounds allow, and again as SPEC's table says. What is ready
 * goes out at once, rewards first; nothing waits for company. Thread-safe; never blocks.
 */
final class Sender {
  private static final String BAD_PAYLOAD = "PAYLOAD";
  private static final Pattern OWN_FIELD =
      Pattern.compile("message(\\.(notification|data|android|apns|webpush|fcm_options|token))?");

  private final FcmGateway gateway;
  private final RetryPolicy retries;
  private final Timekeeper time;
  private final NotifierMeters meters;
  private final Consumer<PushInFlight> onFinished;
  private final Throttle throttle;
  private final Map<Push.Lane, Deque<OutgoingMessage>> ready = new EnumMap<>(Push.Lane.class);
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(Comparator.comparing(Waiting::until));
  private final Set<OutgoingMessage> underWay = new HashSet<>();
  private int held;
  private Instant alarmAt = Instant.MAX;

  private record Waiting(OutgoingMessage message, Instant until) {}

  /** What a look at the queues decided, to be done without the lock. */
  private record Plan(List<OutgoingMessage> send, List<PushInFlight> finished) {}

  /**
   * @param onFinished called once for each push when all its devices are settled, from any thread
   */
  Sender(
      FcmGateway gateway,
      RetryPolicy retries,
      int concurrency,
      Timekeeper time,
      NotifierMeters meters,
      Consumer<PushInFlight> onFinished) {
    this.gateway = gateway;
    this.retries = retries;
    this.throttle = new Throttle(concurrency);
    this.time = time;
    this.meters = meters;
    this.onFinished = onFinished;
    for (Push.Lane lane : Push.Lane.values()) {
      ready.put(lane, new ArrayDeque<>());
    }
  }

  /** Takes a push; {@link #pump} sends it. */
  synchronized void submit(PushInFlight push) {
    for (OutgoingMessage message : push.messages()) {
      held++;
      ready.get(message.lane()).add(message);
    }
  }

  /** Gives up a push that FCM would refuse, without asking it. */
  void reject(PushInFlight push, String fault) {
    synchronized (this) {
      push.blamePayload(fault);
      for (OutgoingMessage message : push.messages()) {
        meters.failed(BAD_PAYLOAD);
        push.settle(message.device(), Delivery.Outcome.REJECTED, BAD_PAYLOAD, 0);
      }
    }
    onFinished.accept(push);
  }

  /** Messages in memory: ready, waiting or under way. */
  synchronized int held() {
    return held;
  }

  /** Requests whose answer has not come. */
  synchronized int underWay() {
    return underWay.size();
  }

  /** Requests that may be under way at once, now. */
  synchronized int window() {
    return throttle.window();
  }

  synchronized long underWay(Predicate<PushInFlight> which) {
    return underWay.stream().filter(message -> which.test(message.push())).count();
  }

  /** Drops what has not been sent: somebody else will send it. */
  synchronized void forget(Predicate<PushInFlight> which) {
    for (Deque<OutgoingMessage> lane : ready.values()) {
      lane.removeIf(message -> dropped(message, which));
    }
    waiting.removeIf(entry -> dropped(entry.message(), which));
  }

  private boolean dropped(OutgoingMessage message, Predicate<PushInFlight> which) {
    boolean drop = which.test(message.push());
    held -= drop ? 1 : 0;
    return drop;
  }

  /** Sends everything that may be sent now. */
  void pump() {
    Plan plan = plan();
    plan.finished().forEach(onFinished);
    for (OutgoingMessage message : plan.send()) {
      gateway
          .send(message.push().push(), message.address())
          .thenAccept(answer -> answered(message, answer));
    }
  }

  private synchronized Plan plan() {
    Instant now = time.now();
    Plan plan = new Plan(new ArrayList<>(), new ArrayList<>());
    while (!waiting.isEmpty() && !waiting.peek().until().isAfter(now)) {
      OutgoingMessage message = waiting.poll().message();
      ready.get(message.lane()).add(message);
    }
    if (throttle.isPaused(now)) {
      ready.values().forEach(lane -> hold(lane, now, plan));
    } else {
      ready.values().forEach(lane -> take(lane, now, plan));
    }
    setAlarm();
    return plan;
  }

  private void take(Deque<OutgoingMessage> lane, Instant now, Plan plan) {
    while (underWay.size() < throttle.window() && !lane.isEmpty()) {
      OutgoingMessage message = lane.poll();
      if (!expired(message, now, plan)) {
        message.sending(now);
        underWay.add(message);
        plan.send().add(message);
      }
    }
  }

  private void hold(Deque<OutgoingMessage> lane, Instant now, Plan plan) {
    while (!lane.isEmpty()) {
      OutgoingMessage message = lane.poll();
      if (!expired(message, now, plan)) {
        waitUntil(message, throttle.pausedUntil());
      }
    }
  }

  private void waitUntil(OutgoingMessage message, Instant until) {
    Instant deadline = message.deadline();
    waiting.add(new Waiting(message, until.isBefore(deadline) ? until : deadline));
  }

  private boolean expired(OutgoingMessage message, Instant now, Plan plan) {
    if (now.isBefore(message.deadline())) {
      return false;
    }
    meters.expired(message.lane());
    settle(message, Delivery.Outcome.EXPIRED, message.lastReason(), plan.finished());
    return true;
  }

  private void settle(
      OutgoingMessage message,
      Delivery.Outcome outcome,
      String reason,
      List<PushInFlight> finished) {
    held--;
    PushInFlight push = message.push();
    push.settle(message.device(), outcome, reason, message.attempts());
    if (push.isFinished()) {
      finished.add(push);
    }
  }

  private void setAlarm() {
    Waiting next = waiting.peek();
    if (next != null && next.until().isBefore(alarmAt)) {
      alarmAt = next.until();
      time.call(alarmAt, this::wake);
    }
  }

  private void wake() {
    synchronized (this) {
      alarmAt = Instant.MAX;
    }
    pump();
  }

  private void answered(OutgoingMessage message, FcmAnswer answer) {
    List<PushInFlight> finished = new ArrayList<>();
    synchronized (this) {
      underWay.remove(message);
      react(message, answer, time.now(), finished);
    }
    finished.forEach(onFinished);
    pump();
  }

  private void react(
      OutgoingMessage message, FcmAnswer answer, Instant now, List<PushInFlight> finished) {
    String reason = answer.reason();
    Reaction reaction = Reaction.to(answer, now);
    if (reaction instanceof Reaction.Accepted) {
      throttle.accepted(message.sentAt());
      meters.accepted(message.lane(), Duration.between(message.push().push().causedAt(), now));
      settle(message, Delivery.Outcome.ACCEPTED, null, finished);
    } else if (reaction instanceof Reaction.DeadToken) {
      meters.failed(reason);
      settle(message, Delivery.Outcome.DEAD_TOKEN, reason, finished);
    } else if (reaction instanceof Reaction.BadPayload) {
      meters.failed(reason);
      message.push().blamePayload("FCM refused it: " + reason + fields(answer));
      settle(message, Delivery.Outcome.REJECTED, reason, finished);
    } else if (reaction instanceof Reaction.Misconfigured) {
      meters.failed(reason);
      meters.alarm(reason, now);
      settle(message, Delivery.Outcome.REJECTED, reason, finished);
    } else if (reaction instanceof Reaction.SlowDown slow) {
      slowDown(message, reason, slow, now);
    } else if (reaction instanceof Reaction.TryAgain again) {
      tryAgain(message, reason, again, now);
    }
  }

  /** Names of FCM's own fields only: what else an answer says may hold a token. */
  private static String fields(FcmAnswer answer) {
    List<String> known =
        answer.fields().stream().filter(field -> OWN_FIELD.matcher(field).matches()).toList();
    return known.isEmpty() ? "" : " about " + String.join(", ", known);
  }

  private void slowDown(
      OutgoingMessage message, String reason, Reaction.SlowDown slow, Instant now) {
    int inARow = throttle.pausesInARowWith(message.sentAt());
    Duration pause = retries.quota(inARow, slow.retryAfter());
    if (throttle.pause(now, pause, message.sentAt())) {
      meters.slowedDown(pause, throttle.window());
    }
    retry(message, reason, throttle.pausedUntil());
  }

  private void tryAgain(
      OutgoingMessage message, String reason, Reaction.TryAgain again, Instant now) {
    if (again.alarm()) {
      meters.alarm(reason, now);
    }
    retry(message, reason, now.plus(retries.again(message.failed(), again.retryAfter())));
  }

  private void retry(OutgoingMessage message, String reason, Instant when) {
    meters.retried(reason);
    message.because(reason);
    waitUntil(message, when);
  }
}
