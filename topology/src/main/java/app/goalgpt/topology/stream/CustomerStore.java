package app.goalgpt.topology.stream;

import app.goalgpt.topology.change.Version;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Fact;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToIntBiFunction;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The customers of this task's partition, and the rows that are counted for them. */
final class CustomerStore {
  private final KeyValueStore<UUID, Customer> customers;
  private final KeyValueStore<Bytes, CountedRow> rows;

  CustomerStore(ProcessorContext<?, ?> context) {
    customers = context.getStateStore(Nodes.CUSTOMERS_STORE);
    rows = context.getStateStore(Nodes.ROWS_STORE);
  }

  Customer get(UUID customerId) {
    Customer customer = customers.get(customerId);
    return customer == null ? Customer.UNKNOWN : customer;
  }

  void put(UUID customerId, Customer customer) {
    customers.put(customerId, customer);
  }

  /** The customer after the fact, not yet stored; the same object when the fact is no news. */
  Customer apply(UUID customerId, Customer customer, Version version, Fact fact) {
    if (!(fact instanceof Fact.Counted counted)) {
      return customer.with(version, fact);
    }
    Bytes key = Bytes.wrap(CountedRow.key(customerId, counted.kind(), counted.rowId()));
    CountedRow stored = rows.get(key);
    CountedRow before = stored == null ? CountedRow.UNKNOWN : stored;
    CountedRow after = before.with(version, counted);
    if (after == before) {
      return customer;
    }
    rows.put(key, after);
    return customer.counting(before.contribution(), after.contribution());
  }

  /** The referrals by which this customer invited others, each with whom. */
  Map<UUID, UUID> invited(UUID customerId) {
    Map<UUID, UUID> invited = new LinkedHashMap<>();
    Bytes first = referral(customerId, new UUID(0, 0));
    Bytes last = referral(customerId, new UUID(-1, -1));
    try (KeyValueIterator<Bytes, CountedRow> all = rows.range(first, last)) {
      all.forEachRemaining(
          row -> {
            if (row.value.about() != null) {
              invited.put(CountedRow.rowId(row.key.get()), row.value.about());
            }
          });
    }
    return invited;
  }

  private static Bytes referral(UUID customerId, UUID rowId) {
    return Bytes.wrap(CountedRow.key(customerId, Fact.Kind.REFERRAL, rowId));
  }

  /**
   * A slice of a pass over all customers, in the order of the store.
   *
   * @param after the customer that the pass came to, null at its beginning
   * @param budget how much work the slice is; it ends with the visit that uses it up
   * @param visitor answers how much work a customer was, at least 1
   * @return the customer that the pass has come to now; null when it is over
   */
  UUID visit(UUID after, int budget, ToIntBiFunction<UUID, Customer> visitor) {
    int left = budget;
    UUID last = after;
    try (KeyValueIterator<UUID, Customer> next =
        after == null ? customers.all() : customers.range(after, null)) {
      while (left > 0 && next.hasNext()) {
        KeyValue<UUID, Customer> customer = next.next();
        if (!customer.key.equals(after)) {
          left -= visitor.applyAsInt(customer.key, customer.value);
          last = customer.key;
        }
      }
    }
    return left > 0 ? null : last;
  }
}
