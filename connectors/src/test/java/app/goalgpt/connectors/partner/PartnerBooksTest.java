package app.goalgpt.connectors.partner;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.connectors.ledger.AppDatabase;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.PartnerDay;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Partners' days against SQL that counts them one by one, and by hand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PartnerBooksTest {
  /** A zone that is hours away from UTC, so that a day by the wrong one shows. */
  private static final ZoneId ZONE = ZoneId.of("Europe/Istanbul");

  private static final LocalDate FIRST = LocalDate.of(2026, 1, 10);

  /** Counts a day of a partner; Istanbul is at +03 all year. */
  private static final String ORACLE =
      """
      SELECT p.id::text AS partner_id, d.date::text AS date,
        (SELECT count(*) FROM referrals r WHERE r.referral_code = p.referral_code
           AND (r.created_at AT TIME ZONE INTERVAL '03:00')::date = d.date)::text AS new_signups,
        (SELECT count(*) FROM subscriptions s WHERE s.referral_code = p.referral_code
           AND (s.created_at AT TIME ZONE INTERVAL '03:00')::date = d.date)::text AS new_subscriptions,
        (SELECT coalesce(sum(CASE WHEN s.amount IS NOT NULL THEN s.amount WHEN s.platform = 'reward' THEN 0
             ELSE 99.99 END), 0)::decimal(12,2) FROM subscriptions s WHERE s.referral_code = p.referral_code
           AND (s.created_at AT TIME ZONE INTERVAL '03:00')::date = d.date)::text AS revenue,
        (SELECT count(*) FROM subscriptions s WHERE s.referral_code = p.referral_code
           AND (s.created_at AT TIME ZONE INTERVAL '03:00')::date <= d.date
           AND CASE s.status WHEN 'active' THEN s.expired_at IS NULL
                               OR (s.expired_at AT TIME ZONE INTERVAL '03:00')::date > d.date
                             WHEN 'expired' THEN (s.expired_at AT TIME ZONE INTERVAL '03:00')::date > d.date
                             ELSE false END)::text AS active_subscribers,
        (SELECT count(*) FROM subscriptions s WHERE s.referral_code = p.referral_code AND s.status = 'expired'
           AND (s.expired_at AT TIME ZONE INTERVAL '03:00')::date = d.date)::text AS churn_count
      FROM partners p JOIN (SELECT DISTINCT partner_id, date FROM partner_analytics) d ON d.partner_id = p.id
      ORDER BY 1, 2
      """;

  private static final String ROWS =
      """
      SELECT partner_id::text, date::text, new_signups::text, new_subscriptions::text, revenue::text,
             active_subscribers::text, churn_count::text
      FROM partner_analytics ORDER BY 1, 2
      """;

  private final AppDatabase app = new AppDatabase();
  private final PartnerBooks books = new PartnerBooks(app.tables, ZONE);
  private Connection connection;

  @BeforeAll
  void connect() throws SQLException {
    connection = app.postgres.connect();
    connection.setAutoCommit(false);
  }

  @AfterAll
  void close() throws SQLException {
    connection.close();
    app.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    app.clear();
    app.execute("TRUNCATE partners CASCADE");
  }

  private UUID partner(String code, String rate, String status) throws SQLException {
    UUID id = UUID.randomUUID();
    app.execute(
        "INSERT INTO partners (id, business_name, referral_code, commission_rate, status) VALUES (?,"
            + " 'Spor', ?, ?, ?)",
        id,
        code,
        new BigDecimal(rate),
        status);
    return id;
  }

  private static OffsetDateTime utc(String instant) {
    return instant == null ? null : Instant.parse(instant).atOffset(ZoneOffset.UTC);
  }

  private void subscription(
      String code, String status, String platform, String amount, String created, String expired)
      throws SQLException {
    app.execute(
        "INSERT INTO subscriptions (customer_user_id, referral_code, status, platform, amount,"
            + " created_at, expired_at) VALUES (?, ?, ?, ?, ?::decimal, ?, ?)",
        app.customer(),
        code,
        status,
        platform,
        amount,
        utc(created),
        utc(expired));
  }

  private void signup(String code, String created) throws SQLException {
    app.execute(
        "INSERT INTO referrals (referrer_user_id, referred_user_id, referral_code, created_at)"
            + " VALUES (?, ?, ?, ?)",
        app.customer(),
        app.customer(),
        code,
        utc(created));
  }

  private String day(UUID partner, LocalDate date) throws SQLException {
    return app
        .rows(
            "SELECT new_signups, new_subscriptions, revenue, commission, active_subscribers,"
                + " churn_count FROM partner_analytics WHERE partner_id = ? AND date = ?",
            partner,
            date)
        .stream()
        .map(row -> row.values().toString())
        .reduce("", String::concat);
  }

  private String totals(UUID partner) throws SQLException {
    return app.rows(
            "SELECT total_referrals, total_subscriptions, total_revenue, total_commission FROM"
                + " partners WHERE id = ?",
            partner)
        .get(0)
        .values()
        .toString();
  }

  @Test
  void aDayByHand() throws SQLException {
    UUID partner = partner("SPOR", "12.50", "approved");
    UUID pending = partner("WAITS", "20", "pending");
    UUID quiet = partner("QUIET", "20", "approved");
    // In Istanbul the 12th lasts from 21:00 of the 11th to 21:00 of the 12th, UTC.
    signup("SPOR", "2026-01-11T21:00:00Z");
    signup("SPOR", "2026-01-12T20:59:59.999999Z");
    signup("SPOR", "2026-01-12T21:00:00Z");
    signup("WAITS", "2026-01-12T10:00:00Z");
    subscription("SPOR", "active", "ios", "49.99", "2026-01-12T10:00:00Z", null);
    subscription("SPOR", "active", "android", null, "2026-01-12T11:00:00Z", "2026-02-12T11:00:00Z");
    subscription("SPOR", "active", "reward", null, "2026-01-12T12:00:00Z", "2026-01-12T20:00:00Z");
    subscription("SPOR", "cancelled", "ios", "0.05", "2026-01-12T13:00:00Z", null);
    subscription("SPOR", "expired", "ios", "30", "2025-12-12T13:00:00Z", "2026-01-12T13:00:00Z");
    subscription("SPOR", "expired", "ios", "30", "2025-12-12T13:00:00Z", "2026-01-12T21:00:00Z");
    subscription("OTHER", "active", "ios", "30", "2026-01-12T13:00:00Z", null);

    assertThat(books.close(connection, LocalDate.of(2026, 1, 12))).isEqualTo(2);

    // 49.99 + 99.99 + 0 + 0.05 = 150.03; an eighth of it is 18.75375. Active: the first, the
    // second, and the one that expires with the first instant of the 13th.
    assertThat(day(partner, LocalDate.of(2026, 1, 12))).isEqualTo("[2, 4, 150.03, 18.75, 3, 1]");
    assertThat(totals(partner)).isEqualTo("[2, 4, 150.03, 18.75]");
    assertThat(day(quiet, LocalDate.of(2026, 1, 12))).isEqualTo("[0, 0, 0.00, 0.00, 0, 0]");
    assertThat(day(pending, LocalDate.of(2026, 1, 12))).isEmpty();
  }

  @Test
  void halfACentIsRoundedUp() throws SQLException {
    UUID partner = partner("HALF", "50", "approved");
    subscription("HALF", "active", "ios", "0.01", "2026-01-12T10:00:00Z", null);
    books.close(connection, LocalDate.of(2026, 1, 12));
    assertThat(totals(partner)).isEqualTo("[0, 1, 0.01, 0.01]");
  }

  private void assertBooksAreSqls() throws SQLException {
    List<Map<String, String>> rows = app.rows(ROWS);
    assertThat(rows).isNotEmpty().isEqualTo(app.rows(ORACLE));
    for (Map<String, String> row :
        app.rows(
            "SELECT a.revenue, a.commission, p.commission_rate FROM partner_analytics a JOIN"
                + " partners p ON p.id = a.partner_id")) {
      assertThat(new BigDecimal(row.get("commission")))
          .isEqualTo(
              new BigDecimal(row.get("revenue"))
                  .multiply(new BigDecimal(row.get("commission_rate")))
                  .divide(new BigDecimal(100), 2, java.math.RoundingMode.HALF_UP));
    }
    assertThat(
            app.rows(
                """
                SELECT p.id FROM partners p LEFT JOIN partner_analytics a ON a.partner_id = p.id
                GROUP BY p.id
                HAVING (p.total_referrals, p.total_subscriptions, p.total_revenue, p.total_commission)
                  IS DISTINCT FROM (coalesce(sum(a.new_signups), 0), coalesce(sum(a.new_subscriptions), 0),
                    coalesce(sum(a.revenue), 0), coalesce(sum(a.commission), 0))
                """))
        .isEmpty();
  }

  @Test
  void daysRunAnyNumberOfTimesInAnyOrderAreWhatSqlSums() throws SQLException {
    Random random = new Random(5);
    List<String> codes = List.of("A", "B", "C", "NOBODY");
    for (String code : codes.subList(0, 3)) {
      partner(code, List.of("20", "7.25", "33.33").get(random.nextInt(3)), "approved");
    }
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 60; i++) {
        randomRow(random, codes.get(random.nextInt(codes.size())));
      }
      List<LocalDate> days = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        days.addAll(Collections.nCopies(3, FIRST.plusDays(i)));
      }
      Collections.shuffle(days, random);
      for (LocalDate date : days) {
        books.close(connection, date);
      }
      assertBooksAreSqls();
    }
  }

  /** Times at midnight in Istanbul, a microsecond beside it, and anywhere. */
  private static String instant(Random random, int days) {
    Instant midnight = FIRST.plusDays(random.nextInt(days)).atStartOfDay(ZONE).toInstant();
    return switch (random.nextInt(4)) {
      case 0 -> midnight.toString();
      case 1 -> midnight.minusNanos(1000).toString();
      default -> midnight.plusSeconds(random.nextInt(86_400)).toString();
    };
  }

  private void randomRow(Random random, String code) throws SQLException {
    if (random.nextInt(3) == 0) {
      signup(code, instant(random, 8));
      return;
    }
    String status = List.of("active", "expired", "cancelled").get(random.nextInt(3));
    subscription(
        code,
        status,
        List.of("ios", "android", "reward").get(random.nextInt(3)),
        random.nextInt(3) == 0 ? null : BigDecimal.valueOf(random.nextInt(20_000), 2).toString(),
        instant(random, 8),
        status.equals("active") && random.nextBoolean() ? null : instant(random, 12));
  }

  @Test
  void lateRowsCorrectTheClosedDaysAndTheTotals() throws SQLException {
    UUID partner = partner("LATE", "20", "approved");
    partner("OTHER", "20", "approved");
    for (int i = 0; i < 5; i++) {
      books.close(connection, FIRST.plusDays(i));
    }
    String yesterday = "2026-01-14T09:00:00Z";
    subscription("LATE", "active", "ios", "10.10", yesterday, null);
    signup("LATE", "2026-01-11T09:00:00Z");
    Map<String, Days> touched =
        Map.of(
            "LATE", new Days(LocalDate.of(2026, 1, 11), Days.FOREVER),
            "NOBODY", new Days(FIRST, Days.FOREVER));

    List<PartnerDay> today =
        books.correct(connection, touched, Instant.parse("2026-01-15T09:00:00Z"));

    assertThat(day(partner, LocalDate.of(2026, 1, 14))).isEqualTo("[0, 1, 10.10, 2.02, 1, 0]");
    assertThat(day(partner, LocalDate.of(2026, 1, 11))).isEqualTo("[1, 0, 0.00, 0.00, 0, 0]");
    assertThat(totals(partner)).isEqualTo("[1, 1, 10.10, 2.02]");
    assertBooksAreSqls();
    assertThat(today)
        .singleElement()
        .satisfies(
            day -> {
              assertThat(day.partnerId()).isEqualTo(partner);
              assertThat(day.date()).isEqualTo(LocalDate.of(2026, 1, 15));
              assertThat(day.newSubscriptions()).isZero();
              assertThat(day.activeSubscribers()).isEqualTo(1);
            });
    assertThat(day(partner, LocalDate.of(2026, 1, 15))).isEmpty();
  }

  @Test
  void aCorrectionOfDaysThatDoNotTouchTodayPublishesNothing() throws SQLException {
    partner("PAST", "20", "approved");
    partner("GONE", "20", "suspended");
    Days past = new Days(FIRST, FIRST.plusDays(1));
    Days open = new Days(FIRST, Days.FOREVER);
    assertThat(
            books.correct(
                connection,
                Map.of("PAST", past, "GONE", open),
                Instant.parse("2026-01-15T09:00:00Z")))
        .isEmpty();
  }

  @Test
  void aDeploymentsNamesAreUsed() throws SQLException {
    try (AppDatabase other = new AppDatabase()) {
      other.execute("ALTER TABLE subscriptions RENAME TO customer_subscriptions");
      other.execute("ALTER TABLE partners RENAME COLUMN referral_code TO code");
      other.execute("ALTER TABLE partner_analytics RENAME COLUMN date TO day");
      AppTables names =
          AppTables.from(
              other.settings.with(
                  Map.of(
                      "TABLE_SUBSCRIPTIONS", "customer_subscriptions",
                      "COLUMN_PARTNERS__REFERRAL_CODE", "code",
                      "COLUMN_PARTNER_ANALYTICS__DATE", "day")));
      other.execute(
          "INSERT INTO partners (business_name, code, status) VALUES ('Spor', 'SPOR',"
              + " 'approved')");
      other.execute(
          "INSERT INTO customer_subscriptions (customer_user_id, referral_code, status, platform,"
              + " created_at) VALUES (?, 'SPOR', 'active', 'ios', '2026-01-10T12:00:00Z')",
          other.customer());
      PartnerBooks renamed = new PartnerBooks(names, ZONE);
      try (Connection fresh = other.postgres.connect()) {
        fresh.setAutoCommit(false);
        assertThat(renamed.close(fresh, FIRST)).isEqualTo(1);
        assertThat(
                renamed.correct(
                    fresh,
                    Map.of("SPOR", new Days(FIRST, Days.FOREVER)),
                    Instant.parse("2026-01-15T09:00:00Z")))
            .hasSize(1);
      }
      assertThat(other.value("SELECT revenue FROM partner_analytics WHERE day = '2026-01-10'"))
          .isEqualTo("99.99");
    }
  }
}
