package app.goalgpt.messages;

import java.time.Instant;

/**
 * What somebody has done about a dead letter; on {@link Topic#DEAD_LETTER_MARKS}, keyed by the
 * letter's offset. The letter itself stays where it is.
 *
 * @param letter the letter's offset on {@link Topic#DEAD_LETTERS}
 * @param at when, by the clock of the machine
 * @param by who did it
 */
public record DeadLetterMark(long letter, Deed deed, Instant at, String by) {
  public enum Deed {
    /** The record was written to its topic again. */
    REPLAYED,
    /** Nothing is to be done about it. */
    DROPPED
  }
}
