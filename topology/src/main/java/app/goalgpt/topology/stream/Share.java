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
 * @param moment business time as of which everything is computed: the planned instant of the tick
 *     that this pass was begun by
 * @param sentAt the machine's time at that moment
 * @param after the customer that the pass came to, null at its beginning
 * @param awaited pushes of a campaign whose deliveries are not in yet
 * @param sequence of the last report
 * @param stage what the pass is over; null in state of an earlier build
 * @param next the earliest business time for which this pass has found somebody planned, null for
 *     nobody
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
    Tally b,
    Stage stage,
    Instant next) {

  /** What a campaign that waits for its customers' best hours is at; all others do one pass. */
  enum Stage {
    /** A pass over the partition's customers: those whose hour has not come are planned. */
    CUSTOMERS,
    /** No pass: the earliest hour that is planned has not come. */
    WAITING,
    /** A pass over those who are planned: those whose hour has come are told. */
    PLANNED
  }

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
        b,
        Stage.CUSTOMERS,
        null);
  }

  boolean ofCampaign() {
    return job.equals(RunProgress.CAMPAIGN);
  }

  /** Whether somebody is still to be told. */
  boolean sweeping() {
    return state == RunProgress.State.RUNNING;
  }

  /** Whether a pass is to go on now. */
  boolean inTurn() {
    return sweeping() && stage != Stage.WAITING;
  }

  /** Whether the next hour that is planned has come by that business time. */
  boolean waitedUntil(Instant businessTime) {
    return sweeping() && stage == Stage.WAITING && !businessTime.isBefore(next);
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
    Draft draft = new Draft();
    draft.after = last;
    draft.total = total().plus(more.total());
    draft.b = b == null && more.b().equals(Tally.NONE) ? null : more.b().plus(second());
    draft.next = more.isNextBefore(next) ? more.next() : next;
    return draft.share();
  }

  private Tally total() {
    return new Tally(items, succeeded, failed, awaited);
  }

  private Tally second() {
    return b == null ? Tally.NONE : b;
  }

  /** After a pass's last slice: it waits for who is planned, then for deliveries. */
  Share passed() {
    return next == null ? over() : at(Stage.WAITING);
  }

  /** After its last pass: a campaign's share waits for its deliveries. */
  Share over() {
    return in(ofCampaign() && awaited > 0 ? RunProgress.State.SENT : RunProgress.State.DONE);
  }

  private Share at(Stage stage) {
    Draft draft = new Draft();
    draft.stage = stage;
    return draft.share();
  }

  /** At the beginning of a pass over those who are planned, by that tick. */
  Share resumed(Tick tick) {
    Draft draft = new Draft();
    draft.stage = Stage.PLANNED;
    draft.moment = tick.plannedAt();
    draft.sentAt = tick.sentAt();
    draft.after = null;
    draft.next = null;
    return draft.share();
  }

  Share delivered(Variant variant, boolean accepted) {
    Draft draft = new Draft();
    draft.state = state == RunProgress.State.SENT && awaited == 1 ? RunProgress.State.DONE : state;
    draft.total = total().delivered(accepted);
    draft.b = variant == Variant.B ? second().delivered(accepted) : b;
    return draft.share();
  }

  /** After the time in which deliveries could come: who was not heard of got nothing. */
  Share givenUp() {
    Draft draft = new Draft();
    draft.state = state == RunProgress.State.SENT ? RunProgress.State.DONE : state;
    draft.total = total().givenUp();
    draft.b = b == null ? null : b.givenUp();
    return draft.share();
  }

  Share in(RunProgress.State state) {
    Draft draft = new Draft();
    draft.state = state;
    return draft.share();
  }

  /** Rises over a lost state too: later by the clock is later. */
  Share reported(Instant now) {
    Draft draft = new Draft();
    draft.sequence = Math.max(sequence + 1, now.toEpochMilli());
    draft.reportedAt = now;
    return draft.share();
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

  /** The components, some of which are about to differ: keeps the long constructor in one place. */
  private final class Draft {
    private Instant moment = Share.this.moment;
    private Instant sentAt = Share.this.sentAt;
    private UUID after = Share.this.after;
    private RunProgress.State state = Share.this.state;
    private Tally total = total();
    private long sequence = Share.this.sequence;
    private Instant reportedAt = Share.this.reportedAt;
    private Tally b = Share.this.b;
    private Stage stage = Share.this.stage;
    private Instant next = Share.this.next;

    Share share() {
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
          b,
          stage,
          next);
    }
  }
}
