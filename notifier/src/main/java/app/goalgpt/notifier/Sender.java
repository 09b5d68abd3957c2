package app.goalgpt.notifier;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Push;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Sends messages as fast as FCM, the budget and the bounds allow, and again as SPEC's table says.
 * What is ready goes out at once, rewards first; nothing waits for company. Thread-safe; never
 * blocks. Longer than most: it is the life of a message, from being ready to its last answer.
 */
final class Sender {
  private static final String BAD_PAYLOAD = "PAYLOAD";
  private static final String TOO_MANY = "CAP";
  private static final Pattern OWN_FIELD =
      Pattern.compile(
          "message(\\.(notification|data|android|apns|webpush|fcm_options|token|fid))?");

  /**
   * The part of the requests under way, and of the budget's bucket, that is kept free for each of
   * the lanes before.
   */
  private static final double KEPT_FREE = 0.1;

  /**
   * Messages in line, as a multiple of the requests under way: with fewer the next are taken up,
   * which takes a write to the broker meanwhile; never more than enough.
   */
  private static final int FEW = 2;

  private static final int ENOUGH = 3;

  private final FcmGateway gateway;
  private final RetryPolicy retries;
  private final Timekeeper time;
  private final NotifierMeters meters;
  private final Listener listener;
  private final Throttle throttle;
  private final Budget budget;
  private final Kindness kindness;
  private final LaneQueues queues = new LaneQueues();
  private final Set<OutgoingMessage> underWay = new HashSet<>();
  private final Set<PushInFlight> untold = new HashSet<>();
  private final Executor hearing;
  private final Queue<Answered> answers = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isHearing = new AtomicBoolean();
  private Instant alarmAt = Instant.MAX;

  /** Told from any thread, never under the sender's lock. */
  interface Listener {
    /** All devices of a push are settled; told once. */
    void finished(PushInFlight push);

    /** Some devices of a push are settled, the others must wait. */
    void noted(PushInFlight push, Delivery soFar);

    /** FCM asked this instance for a pause, which all others are to keep. */
    void paused(Instant until);
  }

  private record Answered(OutgoingMessage message, FcmAnswer answer) {}

  /** What a look at the queues decided, to be done without the lock. */
  private record Plan(
      List<OutgoingMessage> send, List<PushInFlight> finished, List<Runnable> tell) {
    Plan() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  /**
   * @param concurrency requests under way at once
   * @param hearing where answers are listened to, one look at a time: what they lead to may take
   *     long, and the connections do not wait for it
   */
  Sender(
      FcmGateway gateway,
      RetryPolicy retries,
      int concurrency,
      Budget budget,
      Kindness kindness,
      Timekeeper time,
      NotifierMeters meters,
      Executor hearing,
      Listener listener) {
    this.gateway = gateway;
    this.retries = retries;
    this.throttle = new Throttle(concurrency);
    this.budget = budget;
    this.kindness = kindness;
    this.time = time;
    this.meters = meters;
    this.hearing = hearing;
    this.listener = listener;
  }

  /**
   * Takes pushes; they are sent as soon as they may.
   *
   * @param mayBegin completes when it is written that they were taken up
   */
  void submit(List<PushInFlight> pushes, CompletableFuture<Void> mayBegin) {
    synchronized (this) {
      pushes.forEach(queues::announce);
    }
    mayBegin.thenRun(
        () -> {
          synchronized (this) {
            pushes.forEach(queues::begin);
          }
          pump();
        });
  }

  /** Gives up a push that FCM would refuse, without asking it. */
  void reject(PushInFlight push, String fault) {
    synchronized (this) {
      push.blamePayload(fault);
    }
    giveUp(push, Delivery.Outcome.REJECTED, BAD_PAYLOAD);
  }

  /** Gives up a push to a customer who has had enough of them today. */
  void withhold(PushInFlight push) {
    giveUp(push, Delivery.Outcome.WITHHELD, TOO_MANY);
  }

  private void giveUp(PushInFlight push, Delivery.Outcome outcome, String reason) {
    synchronized (this) {
      for (OutgoingMessage message : push.messages()) {
        meters.failed(reason);
        push.settle(message.device(), outcome, reason, 0);
      }
    }
    listener.finished(push);
  }

  /** Whether nothing of the lane is sent for a while: quiet hours, or a pause. */
  synchronized boolean isWaiting(Push.Lane lane) {
    Instant now = time.now();
    return throttle.isPaused(now) || kindness.quietUntil(lane, now).isPresent();
  }

  /**
   * How many messages of a lane it takes now. Few wait for their turn, since all that was taken up
   * may have been sent when this instance dies; many may wait to be sent again.
   *
   * @param most messages of the lane held in memory
   */
  synchronized int room(Push.Lane lane, int most) {
    if (isWaiting(lane)) {
      return 0;
    }
    int turns = queues.turns(lane);
    return turns > FEW * throttle.most()
        ? 0
        : Math.min(ENOUGH * throttle.most() - turns, most - queues.held(lane));
  }

  /** Messages of a lane in memory: ready, waiting or under way. */
  synchronized int held(Push.Lane lane) {
    return queues.held(lane);
  }

  /** Requests whose answer has not come. */
  synchronized int underWay() {
    return underWay.size();
  }

  /** Requests that may be under way at once, now. */
  synchronized int window() {
    return throttle.window();
  }

  /** What the budget says. */
  synchronized <T> T budget(Function<Budget, T> question) {
    return question.apply(budget);
  }

  /** This instance has so many of the partitions now, and that part of the quota. */
  void share(int mine, int all) {
    synchronized (this) {
      budget.share(mine, all);
    }
    pump();
  }

  /** Another instance was asked for a pause. */
  synchronized void pauseToo(Instant until) {
    if (throttle.pauseToo(time.now(), until)) {
      budget.halve();
      meters.pausedToo(until);
    }
  }

  /** Requests whose answer has not come, and pushes that are settled and not told of yet. */
  synchronized long underWay(Predicate<PushInFlight> which) {
    return underWay.stream().map(OutgoingMessage::push).filter(which).count()
        + untold.stream().filter(which).count();
  }

  /** Drops what has not been sent: somebody else will send it. */
  synchronized void forget(Predicate<PushInFlight> which) {
    queues.forget(which);
    underWay.stream().map(OutgoingMessage::push).filter(which).forEach(PushInFlight::abandon);
  }

  /** Sends everything that may be sent now. */
  void pump() {
    Plan plan = new Plan();
    synchronized (this) {
      look(time.now(), plan);
    }
    carryOut(plan);
  }

  private void carryOut(Plan plan) {
    if (!plan.finished().isEmpty()) {
      plan.finished().forEach(listener::finished);
      synchronized (this) {
        plan.finished().forEach(untold::remove);
      }
    }
    plan.tell().forEach(Runnable::run);
    for (OutgoingMessage message : plan.send()) {
      gateway
          .send(message.push().push(), message.address())
          .thenAccept(answer -> answered(new Answered(message, answer)));
    }
  }

  private void look(Instant now, Plan plan) {
    queues.wake(now);
    Instant budgetAt = Instant.MAX;
    for (Push.Lane lane : Push.Lane.values()) {
      Optional<Instant> quiet = kindness.quietUntil(lane, now);
      if (throttle.isPaused(now)) {
        hold(lane, throttle.pausedUntil(), now, plan);
      } else if (quiet.isPresent()) {
        hold(lane, quiet.get(), now, plan);
      } else if (take(lane, now, plan) && budgetAt.equals(Instant.MAX)) {
        budgetAt = budget.nextAt(now, kept(lane));
      }
    }
    setAlarm(budgetAt);
  }

  /**
   * @return whether it ended for want of budget
   */
  private boolean take(Push.Lane lane, Instant now, Plan plan) {
    for (OutgoingMessage next = queues.head(lane); next != null; next = queues.head(lane)) {
      if (!expired(next, now, plan)) {
        if (underWay.size() >= window(lane)) {
          return false;
        }
        if (!budget.take(now, kept(lane))) {
          return true;
        }
        next.sending(now);
        next.push().sent();
        countRepeat(next);
        underWay.add(next);
        plan.send().add(next);
      }
      queues.poll(lane);
    }
    return false;
  }

  private void countRepeat(OutgoingMessage message) {
    if (message.attempts() == 1 && message.push().mayBeRepeat()) {
      meters.repeated(message.lane());
    }
  }

  private static double kept(Push.Lane lane) {
    return lane.ordinal() * KEPT_FREE;
  }

  /** However slowly campaigns are answered, a reward finds a place. */
  private int window(Push.Lane lane) {
    return throttle.window() - (int) (kept(lane) * throttle.window());
  }

  private void hold(Push.Lane lane, Instant until, Instant now, Plan plan) {
    for (OutgoingMessage next = queues.poll(lane); next != null; next = queues.poll(lane)) {
      if (!expired(next, now, plan)) {
        queues.waitUntil(next, until);
      }
    }
  }

  private boolean expired(OutgoingMessage message, Instant now, Plan plan) {
    if (now.isBefore(message.deadline())) {
      return false;
    }
    meters.expired(message.lane());
    settle(message, Delivery.Outcome.EXPIRED, message.lastReason(), plan);
    note(message.push(), now, plan);
    return true;
  }

  private void settle(OutgoingMessage message, Delivery.Outcome outcome, String reason, Plan plan) {
    queues.leave(message.lane());
    PushInFlight push = message.push();
    push.settle(message.device(), outcome, reason, message.attempts());
    if (push.isFinished()) {
      plan.finished().add(push);
      untold.add(push);
    }
  }

  /** What devices have said is written before the others wait. */
  private void note(PushInFlight push, Instant now, Plan plan) {
    if (push.isToBeNoted()) {
      Delivery soFar = push.delivery(now);
      plan.tell().add(() -> listener.noted(push, soFar));
    }
  }

  private void setAlarm(Instant budgetAt) {
    Instant next = queues.nextWake().isBefore(budgetAt) ? queues.nextWake() : budgetAt;
    if (next.isBefore(alarmAt)) {
      alarmAt = next;
      time.call(alarmAt, this::wake);
    }
  }

  private void wake() {
    synchronized (this) {
      alarmAt = Instant.MAX;
    }
    pump();
  }

  private void answered(Answered answered) {
    answers.add(answered);
    if (isHearing.compareAndSet(false, true)) {
      hearing.execute(this::hear);
    }
  }

  /** Takes in all answers that have come, then looks once what may be sent now. */
  private void hear() {
    isHearing.set(false);
    Plan plan = new Plan();
    synchronized (this) {
      Instant now = time.now();
      for (Answered next = answers.poll(); next != null; next = answers.poll()) {
        underWay.remove(next.message());
        next.message().push().answered();
        react(next.message(), next.answer(), now, plan);
        note(next.message().push(), now, plan);
      }
      look(now, plan);
    }
    carryOut(plan);
  }

  private void react(OutgoingMessage message, FcmAnswer answer, Instant now, Plan plan) {
    String reason = answer.reason();
    Reaction reaction = Reaction.to(answer, now);
    if (reaction instanceof Reaction.Accepted) {
      throttle.accepted(message.sentAt());
      meters.accepted(message.lane(), Duration.between(message.push().push().causedAt(), now));
      settle(message, Delivery.Outcome.ACCEPTED, null, plan);
    } else if (reaction instanceof Reaction.DeadToken) {
      meters.failed(reason);
      settle(message, Delivery.Outcome.DEAD_TOKEN, reason, plan);
    } else if (reaction instanceof Reaction.BadPayload) {
      meters.failed(reason);
      message.push().blamePayload("FCM refused it: " + reason + fields(answer));
      settle(message, Delivery.Outcome.REJECTED, reason, plan);
    } else if (reaction instanceof Reaction.Misconfigured) {
      meters.failed(reason);
      meters.alarm(reason, now);
      settle(message, Delivery.Outcome.REJECTED, reason, plan);
    } else if (reaction instanceof Reaction.SlowDown slow) {
      slowDown(message, reason, slow, now, plan);
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
      OutgoingMessage message, String reason, Reaction.SlowDown slow, Instant now, Plan plan) {
    int inARow = throttle.pausesInARowWith(message.sentAt());
    Duration pause = retries.quota(inARow, slow.retryAfter());
    if (throttle.pause(now, pause, message.sentAt())) {
      budget.halve();
      meters.slowedDown(pause, throttle.window());
      Instant until = throttle.pausedUntil();
      plan.tell().add(() -> listener.paused(until));
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
    if (message.push().isAbandoned()) {
      queues.leave(message.lane());
    } else {
      queues.waitUntil(message, when);
    }
  }
}
