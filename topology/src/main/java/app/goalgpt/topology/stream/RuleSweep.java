package app.goalgpt.topology.stream;

import app.goalgpt.topology.badge.ActiveRule;
import app.goalgpt.topology.customer.Customer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.ToIntBiFunction;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Brings new rules to the customers who are already there: one pass over the task's customers, a
 * bounded slice at a time, so that no pass holds up a task or outgrows a transaction. Rules that
 * come during a pass wait for the next. Where it stands is in a store: a restart goes on from
 * there.
 */
final class RuleSweep {
  private static final String KEY = "badge-rules";

  /**
   * @param sweeping the badges of the pass that is under way, none when there is none
   * @param after the customer that the pass came to, null at its beginning
   * @param waiting the badges of the next pass
   */
  record Progress(Set<UUID> sweeping, UUID after, Set<UUID> waiting) {
    static final Progress IDLE = new Progress(Set.of(), null, Set.of());

    Progress with(UUID badgeId) {
      Set<UUID> more = new TreeSet<>(waiting);
      more.add(badgeId);
      return sweeping.isEmpty()
          ? new Progress(more, null, Set.of())
          : new Progress(sweeping, after, more);
    }

    Progress reached(UUID customerId) {
      return new Progress(sweeping, customerId, waiting);
    }

    Progress passed() {
      return new Progress(waiting, null, Set.of());
    }
  }

  private final KeyValueStore<String, Progress> store;
  private Progress progress;

  RuleSweep(KeyValueStore<String, Progress> store) {
    this.store = store;
    Progress stored = store.get(KEY);
    progress = stored == null ? Progress.IDLE : stored;
  }

  boolean isUnderWay() {
    return !progress.sweeping().isEmpty();
  }

  /** Says how far it is. */
  void tell(SweepMeters meters) {
    if (isUnderWay()) {
      meters.underWay(KEY, progress.after());
    }
  }

  void add(UUID badgeId) {
    move(progress.with(badgeId));
  }

  /**
   * The next customers, see {@link CustomerStore#visit}.
   *
   * @param visitor gets each customer's id and state
   */
  void slice(CustomerStore customers, int budget, ToIntBiFunction<UUID, Customer> visitor) {
    UUID last = customers.visit(progress.after(), budget, visitor);
    move(last == null ? progress.passed() : progress.reached(last));
  }

  /** Those of the active rules that the pass under way brings. */
  List<ActiveRule> rules(RuleBook book) {
    return book.active().stream()
        .filter(active -> progress.sweeping().contains(active.rule().badgeId()))
        .toList();
  }

  private void move(Progress next) {
    progress = next;
    if (next.equals(Progress.IDLE)) {
      store.delete(KEY);
    } else {
      store.put(KEY, next);
    }
  }
}
