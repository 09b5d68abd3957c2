package app.goalgpt.standalone.demo;

import java.time.Duration;
import java.time.Instant;

/**
 * A job run that is over, as the job log has it.
 *
 * @param plannedAt the business time for which it was due
 * @param items what was done: customers told, rows moved, partners rolled up
 * @param accepted of a campaign's items, those for whom FCM accepted it
 * @param took by the machine's clock
 * @param message what is to be said of it, null when it is nothing
 * @param campaign the campaign's title, null for every other job
 */
record JobRun(
    String job,
    Instant plannedAt,
    String status,
    long items,
    long accepted,
    Duration took,
    String message,
    String campaign) {}
