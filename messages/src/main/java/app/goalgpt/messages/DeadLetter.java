package app.goalgpt.messages;

import java.time.Instant;

/**
 * Something that could not be used, set aside with all that is needed to understand and to replay
 * it.
 *
 * @param step which part gave up on it: {@code capture}, {@code topology.change}, {@code
 *     topology.badge-rule}, {@code ledger}, {@code notifier}, …
 * @param cause what is wrong and what is allowed, in one line for a person; never a secret
 * @param topic where the record lies
 * @param partition its partition
 * @param offset its offset
 * @param key its key as text, absent when it had none
 * @param value its value as text (tokens blanked), absent when it had none; of a very long one the
 *     beginning: a letter must fit the topic
 * @param at when it was set aside
 */
public record DeadLetter(
    String step,
    String cause,
    String topic,
    int partition,
    long offset,
    String key,
    String value,
    Instant at) {
  /** Escaped as JSON it stays below a broker's usual limit of a megabyte. */
  private static final int LONGEST_VALUE = 150_000;

  public DeadLetter {
    if (value != null && value.length() > LONGEST_VALUE) {
      int more = value.length() - LONGEST_VALUE;
      value = value.substring(0, LONGEST_VALUE) + "… (%d characters more)".formatted(more);
    }
  }
}
