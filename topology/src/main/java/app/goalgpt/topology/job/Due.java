package app.goalgpt.topology.job;

import app.goalgpt.topology.announcement.Notice;
import java.time.Instant;

/**
 * A notice that a customer is to get.
 *
 * @param occasion what is told once: with the customer it makes the push's id
 * @param deadline business time after which it is not worth sending any more
 * @param variant which of two texts it has
 * @param notBefore business time that is waited for, null when there is nothing to wait for
 */
public record Due(
    String occasion, Notice notice, Instant deadline, Variant variant, Instant notBefore) {

  /** One that has no second text, at once. */
  public Due(String occasion, Notice notice, Instant deadline) {
    this(occasion, notice, deadline, Variant.A, null);
  }

  /** Whether it is told later than that. */
  public boolean isAfter(Instant moment) {
    return notBefore != null && notBefore.isAfter(moment);
  }
}
