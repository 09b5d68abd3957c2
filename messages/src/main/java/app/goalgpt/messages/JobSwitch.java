package app.goalgpt.messages;

import java.time.Instant;

/**
 * Somebody has switched a job on or off; on {@link Topic#JOB_SWITCHES}, keyed by the job. It holds
 * until it is taken back (a record without a value), whatever JOB_&lt;JOB&gt;_ENABLED says.
 *
 * @param job its {@link Job#specName}
 * @param enabled whether its ticks are sent
 * @param at when it was switched, by the clock of the machine
 * @param by who did it
 */
public record JobSwitch(String job, boolean enabled, Instant at, String by) {}
