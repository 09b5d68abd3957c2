package app.goalgpt.scheduler;

import java.time.Instant;

/**
 * What the bridge remembers of a job; on {@link app.goalgpt.messages.Topic#TICKS_SENT}, keyed by
 * the job.
 *
 * @param job its {@link app.goalgpt.messages.Job#specName}
 * @param through every occurrence up to this instant is dealt with: sent, passed over, or from
 *     before the job's first day
 * @param lastSent the planned instant of the last tick sent, null when there was none
 */
record TickMemory(String job, Instant through, Instant lastSent) {}
