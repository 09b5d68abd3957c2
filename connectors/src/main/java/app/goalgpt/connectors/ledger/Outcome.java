package app.goalgpt.connectors.ledger;

import app.goalgpt.messages.Decision;
import java.util.List;

/** What became of a batch of decisions, each in exactly one of the lists. */
public record Outcome(List<Decision> settled, List<Refused> refused) {
  public Outcome {
    settled = List.copyOf(settled);
    refused = List.copyOf(refused);
  }

  /**
   * A decision that changed nothing, and why.
   *
   * @param place its place in what was to be settled, from 0
   */
  public record Refused(Decision decision, int place, Refusal reason) {}
}
