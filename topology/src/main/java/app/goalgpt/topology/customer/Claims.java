package app.goalgpt.topology.customer;

import app.goalgpt.topology.change.Versioned;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A customer's daily rewards: one row a day for ever, of which nobody asks for more than the last
 * week. Kept are the newest by date, and the newest of the deleted ones, by which an older version
 * that comes late is told from a new one.
 */
public final class Claims {
  /** The week that a reminder looks at, its own day, and room for days yet to come. */
  static final int KEPT = 10;

  private static final Comparator<Map.Entry<UUID, Versioned<Claim>>> BY_DATE =
      Comparator.comparing((Map.Entry<UUID, Versioned<Claim>> row) -> row.getValue().value().date())
          .reversed();
  private static final Comparator<Map.Entry<UUID, Versioned<Claim>>> BY_POSITION =
      Comparator.comparingLong(
              (Map.Entry<UUID, Versioned<Claim>> row) -> row.getValue().position().streamed())
          .reversed();

  private Claims() {}

  /**
   * The rows without those that nobody asks for any more.
   *
   * @param before the rows before the last change; returned when that change is not kept
   */
  static Map<UUID, Versioned<Claim>> newest(
      Map<UUID, Versioned<Claim>> rows, Map<UUID, Versioned<Claim>> before) {
    if (rows == before || rows.size() <= KEPT) {
      return rows;
    }
    Map<UUID, Versioned<Claim>> kept = new HashMap<>();
    Stream.concat(
            rows.entrySet().stream()
                .filter(row -> row.getValue().isPresent())
                .sorted(BY_DATE)
                .limit(KEPT),
            rows.entrySet().stream()
                .filter(row -> !row.getValue().isPresent())
                .sorted(BY_POSITION)
                .limit(KEPT))
        .forEach(row -> kept.put(row.getKey(), row.getValue()));
    return kept.equals(before) ? before : kept;
  }

  /** The newest of those up to that day. */
  public static Optional<Claim> lastUpTo(Customer customer, LocalDate day) {
    return customer.claims().values().stream()
        .filter(Versioned::isPresent)
        .map(Versioned::value)
        .filter(claim -> !claim.date().isAfter(day))
        .max(Comparator.comparing(Claim::date));
  }
}
