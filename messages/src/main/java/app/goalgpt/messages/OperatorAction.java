package app.goalgpt.messages;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * The audit log of what people change: one record on {@link Topic#OPERATOR_ACTIONS} for each
 * change, in the Kafka transaction that makes the change. There is none without the other.
 *
 * @param at by the clock of the machine
 * @param by the name that belongs to the token
 * @param address where the request came from
 * @param action what was done, such as {@code job.run}
 * @param subject what it was done to: a job, a campaign's id, a dead letter's offset
 * @param details what else is worth knowing; never a secret
 */
public record OperatorAction(
    UUID id,
    Instant at,
    String by,
    String address,
    String action,
    String subject,
    Map<String, String> details) {
  public OperatorAction {
    details = Map.copyOf(details);
  }
}
