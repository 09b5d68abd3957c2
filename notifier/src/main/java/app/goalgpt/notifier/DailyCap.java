package app.goalgpt.notifier;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * How many pushes each customer of a slot has had on one day: one set of ids for those who had at
 * least one, one for those who had at least two, … as many as the cap. Not thread-safe.
 */
final class DailyCap {
  private final int cap;
  private final ZoneId zone;
  private final List<RecentIds.IdSet> atLeast = new ArrayList<>();
  private LocalDate day = LocalDate.MIN;

  /**
   * @param cap pushes a customer and day; 0: no cap, and nothing is remembered
   */
  DailyCap(int cap, ZoneId zone) {
    this.cap = cap;
    this.zone = zone;
  }

  /** Counts one more for the customer, unless that would be one too many. */
  boolean take(UUID customerId, Instant at) {
    if (cap == 0) {
      return true;
    }
    LocalDate date = at.atZone(zone).toLocalDate();
    if (date.isBefore(day)) {
      return true; // of a day that is over
    }
    if (date.isAfter(day)) {
      day = date;
      atLeast.clear();
    }
    for (RecentIds.IdSet set : atLeast) {
      if (!set.contains(customerId)) {
        set.add(customerId);
        return true;
      }
    }
    if (atLeast.size() == cap) {
      return false;
    }
    RecentIds.IdSet more = new RecentIds.IdSet();
    more.add(customerId);
    atLeast.add(more);
    return true;
  }
}
