package app.goalgpt.connectors.ledger;

import app.goalgpt.messages.Decision;

/**
 * A decision before the ledger. What refuses it may be a row that the tables do not show yet
 * ({@link app.goalgpt.connectors.database.Visibility}): a refusal stands when the claim is refused
 * again after everything that was under way at the first refusal has ended.
 *
 * @param finalAfter the transaction id before which all must have ended; {@link #NEW} for a claim
 *     that was not refused yet
 */
record Claim(Decision decision, long finalAfter) {
  private static final long NEW = Long.MAX_VALUE;

  static Claim of(Decision decision) {
    return new Claim(decision, NEW);
  }

  boolean isNew() {
    return finalAfter == NEW;
  }

  /** Whether a refusal now is the last word. */
  boolean isLastAsked(long oldestUnderWay) {
    return finalAfter <= oldestUnderWay;
  }

  /** To be asked again. */
  Claim refusedAt(long transaction) {
    return isNew() ? new Claim(decision, transaction) : this;
  }
}
