package app.goalgpt.topology.job;

import app.goalgpt.topology.customer.Customer;
import java.util.List;
import java.util.UUID;

/**
 * Whom a sweep tells what: a job's or a campaign's rule, asked about every customer. Plain: the
 * same customer at the same moment is told the same.
 */
@FunctionalInterface
public interface Outreach {

  /**
   * The notices that this customer is due.
   *
   * @param customer one that a push reaches
   */
  List<Due> to(UUID customerId, Customer customer, BusinessMoment moment);

  /** The notices that a customer is due, whoever it is: whom no push reaches is due none. */
  default List<Due> dues(UUID customerId, Customer customer, BusinessMoment moment) {
    return customer.isReachable() ? to(customerId, customer, moment) : List.of();
  }
}
