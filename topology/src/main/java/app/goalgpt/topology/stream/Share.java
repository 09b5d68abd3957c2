package app.goalgpt.topology.stream;

import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Tick;
import app.goalgpt.topology.campaign.Campaign;
import java.time.Duration;
import java.time.Instant;
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
    Instant reportedAt) {

  static Share of(Tick tick, Instant now) {
    return started(tick.runId(), tick.job(), tick.plannedAt(), tick, now);
  }

  static Share of(Campaign campaign, Tick tick, Instant now) {
    return started(campaign.id(), RunProgress.CAMPAIGN, campaign.scheduledAt(), tick, now);
  }

  private static Share started(UUID id, String job, Instant plannedAt, Tick tick, Instant now) {
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
        Instant.EPOCH);
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
    return with(
        last,
        state,
        items + more.items,
        succeeded + more.succeeded,
        failed + more.failed,
        awaited + more.awaited);
  }

  /** After the last slice: a campaign's share waits for its deliveries. */
  Share passed() {
    return with(
        after,
        ofCampaign() && awaited > 0 ? RunProgress.State.SENT : RunProgress.State.DONE,
        items,
        succeeded,
        failed,
        awaited);
  }

  Share delivered(boolean accepted) {
    long left = awaited - 1;
    return with(
        after,
        state == RunProgress.State.SENT && left == 0 ? RunProgress.State.DONE : state,
        items,
        succeeded + (accepted ? 1 : 0),
        failed + (accepted ? 0 : 1),
        left);
  }

  /** After the time in which deliveries could come: who was not heard of got nothing. */
  Share givenUp() {
    return with(
        after,
        state == RunProgress.State.SENT ? RunProgress.State.DONE : state,
        items,
        succeeded,
        failed + awaited,
        0);
  }

  Share in(RunProgress.State state) {
    return with(after, state, items, succeeded, failed, awaited);
  }

  private Share with(
      UUID after, RunProgress.State state, long items, long succeeded, long failed, long awaited) {
    return with(after, state, items, succeeded, failed, awaited, sequence, reportedAt);
  }

  /** The one place that copies what never changes. */
  private Share with(
      UUID after,
      RunProgress.State state,
      long items,
      long succeeded,
      long failed,
      long awaited,
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
        items,
        succeeded,
        failed,
        awaited,
        sequence,
        startedAt,
        reportedAt);
  }

  /** Rises over a lost state too: later by the clock is later. */
  Share reported(Instant now) {
    long next = Math.max(sequence + 1, now.toEpochMilli());
    return with(after, state, items, succeeded, failed, awaited, next, now);
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
        reportedAt);
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
