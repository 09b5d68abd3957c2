package app.goalgpt.connectors.partner;

import app.goalgpt.connectors.database.Statements;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.PartnerDay;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * Partners' days and totals in the database (SPEC, "Partners"). A day is always counted anew from
 * the referrals and subscriptions, and the totals move by the difference to what stood there:
 * however often and in whatever order days are counted, the totals are the days' sums.
 *
 * <p>Whoever counts locks the partners first. So a row that a closing day did not see yet is seen
 * by the correction that its change causes: that waits for the closing.
 */
final class PartnerBooks {
  /** Days counted in one statement. */
  private static final int AT_ONCE = 1000;

  private record Day(UUID partnerId, LocalDate date) {}

  private record Partner(UUID id, String code, boolean approved) {}

  private final ZoneId zone;
  private final String lockApproved;
  private final String lockTouched;
  private final String closedDays;
  private final String putDays;
  private final String countDays;

  PartnerBooks(AppTables tables, ZoneId zone) {
    this.zone = zone;
    this.lockApproved = statement("lock_approved.sql", tables);
    this.lockTouched = statement("lock_touched.sql", tables);
    this.closedDays = statement("closed_days.sql", tables);
    String numbers = statement("day_numbers.sql", tables);
    this.putDays = numbers + statement("put_days.sql", tables);
    this.countDays = numbers + "SELECT * FROM numbers ORDER BY partner_id";
  }

  private static String statement(String file, AppTables tables) {
    return Statements.read(PartnerBooks.class, file, tables);
  }

  /**
   * Closes a day of every approved partner, or closes it again, and commits.
   *
   * @return how many partners
   */
  int close(Connection connection, LocalDate date) throws SQLException {
    List<Day> days = new ArrayList<>();
    try (PreparedStatement lock = connection.prepareStatement(lockApproved);
        ResultSet row = lock.executeQuery()) {
      while (row.next()) {
        days.add(new Day(row.getObject(1, UUID.class), date));
      }
    }
    put(connection, days);
    connection.commit();
    return days.size();
  }

  /**
   * Corrects the closed ones among the days that changes have touched, and commits.
   *
   * @return today so far, of the approved partners whose changes touch it
   */
  List<PartnerDay> correct(Connection connection, Map<String, Days> touched, Instant now)
      throws SQLException {
    List<Partner> partners = lockTouched(connection, touched);
    put(connection, closedDays(connection, partners, touched));
    LocalDate today = LocalDate.ofInstant(now, zone);
    List<Day> open =
        partners.stream()
            .filter(partner -> partner.approved() && touched.get(partner.code()).has(today))
            .map(partner -> new Day(partner.id(), today))
            .toList();
    List<PartnerDay> counted = count(connection, open, now);
    connection.commit();
    return counted;
  }

  private List<Partner> lockTouched(Connection connection, Map<String, Days> touched)
      throws SQLException {
    List<Partner> partners = new ArrayList<>();
    try (PreparedStatement lock = connection.prepareStatement(lockTouched)) {
      lock.setArray(1, connection.createArrayOf("text", touched.keySet().toArray()));
      try (ResultSet row = lock.executeQuery()) {
        while (row.next()) {
          partners.add(
              new Partner(row.getObject(1, UUID.class), row.getString(2), row.getBoolean(3)));
        }
      }
    }
    return partners;
  }

  private List<Day> closedDays(
      Connection connection, List<Partner> partners, Map<String, Days> touched)
      throws SQLException {
    List<Day> closed = new ArrayList<>();
    if (partners.isEmpty()) {
      return closed;
    }
    try (PreparedStatement select = connection.prepareStatement(closedDays)) {
      select.setArray(1, array(connection, "uuid", partners, Partner::id));
      select.setArray(
          2, array(connection, "date", partners, p -> touched.get(p.code()).first().toString()));
      select.setArray(
          3, array(connection, "date", partners, p -> touched.get(p.code()).last().toString()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          closed.add(new Day(row.getObject(1, UUID.class), row.getObject(2, LocalDate.class)));
        }
      }
    }
    return closed;
  }

  private void put(Connection connection, List<Day> days) throws SQLException {
    for (int from = 0; from < days.size(); from += AT_ONCE) {
      try (PreparedStatement put = connection.prepareStatement(putDays)) {
        bind(put, days.subList(from, Math.min(days.size(), from + AT_ONCE)));
        put.execute();
      }
    }
  }

  private List<PartnerDay> count(Connection connection, List<Day> days, Instant now)
      throws SQLException {
    List<PartnerDay> counted = new ArrayList<>();
    if (days.isEmpty()) {
      return counted;
    }
    try (PreparedStatement count = connection.prepareStatement(countDays)) {
      bind(count, days);
      try (ResultSet row = count.executeQuery()) {
        while (row.next()) {
          counted.add(
              new PartnerDay(
                  PartnerDay.SCHEMA_VERSION,
                  row.getObject("partner_id", UUID.class),
                  row.getObject("date", LocalDate.class),
                  row.getInt("new_signups"),
                  row.getInt("new_subscriptions"),
                  row.getBigDecimal("revenue"),
                  row.getBigDecimal("commission"),
                  row.getInt("active_subscribers"),
                  row.getInt("churn_count"),
                  now));
        }
      }
    }
    return counted;
  }

  /** A day's bounds are Java's: Postgres reads a midnight that comes twice in another way. */
  private void bind(PreparedStatement statement, List<Day> days) throws SQLException {
    Connection connection = statement.getConnection();
    statement.setArray(1, array(connection, "uuid", days, Day::partnerId));
    statement.setArray(2, array(connection, "date", days, day -> day.date().toString()));
    statement.setArray(3, array(connection, "timestamptz", days, day -> start(day.date())));
    statement.setArray(
        4, array(connection, "timestamptz", days, day -> start(day.date().plusDays(1))));
  }

  private String start(LocalDate date) {
    return date.atStartOfDay(zone).toInstant().toString();
  }

  private static <T> Array array(
      Connection connection, String type, List<T> rows, Function<T, Object> value)
      throws SQLException {
    return connection.createArrayOf(type, rows.stream().map(value).toArray());
  }
}
