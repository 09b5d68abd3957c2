package app.goalgpt.topology.stream;

import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Tick;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.job.Variant;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * This partition's share of a job run or a campaign: one pass over the partition's customers, and
 * what has come of it. What {@link RunProgress} reports, and what a restart goes on from.
 *
 * @param moment business time as of which everything is computed: the tick's planned instant
 * @param sentAt the machine's time at that moment
 * @param after the customer that the pass came to, null at its beginning
 * @param awaited pushes of a campaign whose deliveries are not in yet
 * @param sequence of the last report
 * @param b of the counts, what belongs to the second of two texts; null where one is not tried
 */
record Share(
    UUID runId,
    String job,
    Instant plannedAt,
    Instant moment,
    Instant sentAt,
    UUID after,
    RunProgress.State state,
    long items,
    long succeeded,
    long failed,
    long awaited,
    long sequence,
    Instant startedAt,
    Instant reportedAt,
    Tally b) {

  static Share of(Tick tick, Instant now) {
    return started(tick.runId(), tick.job(), tick.plannedAt(), tick, now, null);
  }

  /**
   * @param variants whether it tries two texts
   */
  static Share of(Campaign campaign, boolean variants, Tick tick, Instant now) {
    Tally b = variants ? Tally.NONE : null;
    return started(campaign.id(), RunProgress.CAMPAIGN, campaign.scheduledAt(), tick, now, b);
  }

  private static Share started(
      UUID id, String job, Instant plannedAt, Tick tick, Instant now, Tally b) {
    return new Share(
        id,
        job,
        plannedAt,
        tick.plannedAt(),
        tick.sentAt(),
        null,
        RunProgress.State.RUNNING,
        0,
        0,
        0,
        0,
        0,
        now,
        Instant.EPOCH,
        b);
  }

  boolean ofCampaign() {
    return job.equals(RunProgress.CAMPAIGN);
  }

  /** Whether the pass over the customers goes on. */
  boolean sweeping() {
    return state == RunProgress.State.RUNNING;
  }

  /** Whether nothing will move it any more but, of a cancelled campaign, a change of mind. */
  boolean ended() {
    return switch (state) {
      case RUNNING, SENT -> false;
      case CANCELLED -> awaited == 0;
      case DONE, FAILED -> true;
    };
  }

  /** After a slice. */
  Share swept(UUID last, SweepCounts more) {
    return with(last, state, total().plus(more.total()), plus(b, more.b()));
  }

  private static Tally plus(Tally b, Tally more) {
    return b == null && more.equals(Tally.NONE) ? null : more.plus(b == null ? Tally.NONE : b);
  }

  private Tally total() {
    return new Tally(items, succeeded, failed, awaited);
  }

  /** After the last slice: a campaign's share waits for its deliveries. */
  Share passed() {
    return in(ofCampaign() && awaited > 0 ? RunProgress.State.SENT : RunProgress.State.DONE);
  }

  Share delivered(Variant variant, boolean accepted) {
    return with(
        after,
        state == RunProgress.State.SENT && awaited == 1 ? RunProgress.State.DONE : state,
        total().delivered(accepted),
        variant == Variant.B ? b.delivered(accepted) : b);
  }

  /** After the time in which deliveries could come: who was not heard of got nothing. */
  Share givenUp() {
    return with(
        after,
        state == RunProgress.State.SENT ? RunProgress.State.DONE : state,
        total().givenUp(),
        b == null ? null : b.givenUp());
  }

  Share in(RunProgress.State state) {
    return with(after, state, total(), b);
  }

  private Share with(UUID after, RunProgress.State state, Tally total, Tally b) {
    return with(after, state, total, b, sequence, reportedAt);
  }

  /** The one place that copies what never changes. */
  private Share with(
      UUID after,
      RunProgress.State state,
      Tally total,
      Tally b,
      long sequence,
      Instant reportedAt) {
    return new Share(
        runId,
        job,
        plannedAt,
        moment,
        sentAt,
        after,
        state,
        total.items(),
        total.succeeded(),
        total.failed(),
        total.awaited(),
        sequence,
        startedAt,
        reportedAt,
        b);
  }

  /** Rises over a lost state too: later by the clock is later. */
  Share reported(Instant now) {
    long next = Math.max(sequence + 1, now.toEpochMilli());
    return with(after, state, total(), b, next, now);
  }

  RunProgress report(int partition, int partitions) {
    return new RunProgress(
        runId,
        job,
        plannedAt,
        partition,
        partitions,
        sequence,
        state,
        items,
        succeeded,
        failed,
        null,
        startedAt,
        reportedAt,
        variants());
  }

  private Map<String, RunProgress.Counts> variants() {
    return b == null
        ? null
        : Map.of(Variant.A.name(), total().without(b).counts(), Variant.B.name(), b.counts());
  }

  /**
   * When a business deadline comes by the machine's clock. Where the two clocks agree it is that
   * very instant, however late the tick was sent; where the business clock is driven, it is as long
   * after the tick as the deadline is after the planned instant.
   */
  Instant byTheMachine(Instant deadline) {
    Instant driven = sentAt.plus(Duration.between(moment, deadline));
    return deadline.isAfter(sentAt) && deadline.isBefore(driven) ? deadline : driven;
  }
}
