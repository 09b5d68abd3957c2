package app.goalgpt.connectors.partner;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** Days in a row, in the business time zone, both ends included. */
record Days(LocalDate first, LocalDate last) {
  /** What has no end: the last day that Postgres and people write alike. */
  static final LocalDate FOREVER = LocalDate.of(9999, 12, 31);

  /**
   * @param to null for what has no end; may lie before {@code from}
   */
  static Days between(Instant from, Instant to, ZoneId zone) {
    LocalDate first = LocalDate.ofInstant(from, zone);
    LocalDate last = to == null ? FOREVER : LocalDate.ofInstant(to, zone);
    return new Days(first, first).with(new Days(last, last));
  }

  /** These, the others, and all between. */
  Days with(Days others) {
    return new Days(
        first.isBefore(others.first) ? first : others.first,
        last.isAfter(others.last) ? last : others.last);
  }

  boolean has(LocalDate day) {
    return !day.isBefore(first) && !day.isAfter(last);
  }
}
