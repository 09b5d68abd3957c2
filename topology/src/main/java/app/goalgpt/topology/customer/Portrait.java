package app.goalgpt.topology.customer;

import app.goalgpt.topology.change.Change;
import java.time.ZoneId;
import java.util.UUID;

/**
 * A customer drawn from rows that were all read at one moment, each once: what the stream of their
 * changes comes to, without its state.
 */
public final class Portrait {
  private final UUID customerId;
  private final ZoneId zone;
  private Customer customer = Customer.UNKNOWN;

  /**
   * @param zone of the customer's hours
   */
  public Portrait(UUID customerId, ZoneId zone) {
    this.customerId = customerId;
    this.zone = zone;
  }

  /**
   * @param row of this customer; a referral also of the one who referred
   * @throws app.goalgpt.messages.MalformedMessageException naming the column that is not as it
   *     should be; the row then adds nothing
   */
  public void add(Change row) {
    Fact fact = FactReader.read(row);
    if (fact instanceof Fact.Counted counted) {
      customer = customer.counting(Tallies.NONE, counted.contribution());
    } else if (fact instanceof Fact.WasReferred referred
        && referred.referral().referrerId().equals(customerId)) {
      customer = customer.counting(Tallies.NONE, Tallies.referral(referred.referral().tier()));
    } else {
      customer = customer.with(row.version(), fact);
    }
    FactReader.activity(row).ifPresent(at -> customer = customer.activeAt(at, zone));
  }

  public Customer customer() {
    return customer;
  }
}
