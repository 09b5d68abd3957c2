package app.goalgpt.topology.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.messages.Job;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.campaign.CampaignOutreach;
import app.goalgpt.topology.customer.Customer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each job and many segment filters against plain SQL over the same rows: 5,000 random customers,
 * with dates at the edges of the business day.
 */
class JobsAreSqlsJobsTest {
  private static final int FILTERS = 60;
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws SQLException {
    postgres = EmbeddedPostgres.temporary();
    try (Connection connection = postgres.connect()) {
      AppSchema.install(connection);
    }
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-12T22:00:00Z, UTC, 0.1",
    "2026-01-12T00:00:00Z, UTC, 0.2",
    "2028-02-28T21:00:00Z, Europe/Istanbul, 0.3", // the first moment of a leap day
    "2028-02-29T20:59:59Z, Europe/Istanbul, 0.4", // its last second
    "2026-03-09T02:00:00Z, America/New_York, 0.5", // the evening of a day of 23 hours
  })
  void sameCustomersSameTextsSameData(Instant at, String zone, double seed)
      throws SQLException, IOException {
    BusinessMoment moment = new BusinessMoment(at, ZoneId.of(zone));
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT set_config('test.at', '%s', false), set_config('test.zone', '%s', false), setseed(%s)"
              .formatted(at, zone, seed));
      statement.execute(resource("random-customers.sql"));
      Map<UUID, Customer> customers = new TableReader(connection, moment.zone()).customers();
      assertThat(customers).hasSize(5000);

      for (Job job :
          List.of(
              Job.DAILY_REWARD_REMINDERS,
              Job.STREAK_BREAK_WARNINGS,
              Job.SUBSCRIPTION_EXPIRY_ALERTS)) {
        List<String> expected = column(statement, resource(job.specName() + ".sql"));
        assertThat(expected).as("customers whom SQL finds for %s", job).isNotEmpty();
        assertThat(told(customers, CustomerJobs.of(job).orElseThrow(), moment))
            .as("%s at %s in %s", job, at, zone)
            .isEqualTo(expected);
      }
      audiences(statement, customers, moment);
      filters(statement, customers, moment, new Random((long) (seed * 1000)));
      split(statement, customers, moment, 1 + (int) (seed * 100));
      for (String start : List.of("2026-11-01T00:17:00Z", "2026-03-08T01:30:00Z", at.toString())) {
        bestHours(statement, customers, moment, start, 24);
        bestHours(statement, customers, moment, start, 7);
      }
    }
  }

  private static void audiences(
      Statement statement, Map<UUID, Customer> customers, BusinessMoment moment)
      throws SQLException {
    Map<String, String> conditions = Map.of("all", "true", "vip", "is_vip", "free", "NOT is_vip");
    for (var condition : conditions.entrySet()) {
      assertThat(ids(customers, campaign(condition.getKey(), null), moment))
          .as(condition.getKey())
          .isEqualTo(column(statement, "SELECT id FROM segments WHERE " + condition.getValue()));
    }
  }

  private static void filters(
      Statement statement, Map<UUID, Customer> customers, BusinessMoment moment, Random random)
      throws SQLException {
    long selected = 0;
    for (int i = 0; i < FILTERS; i++) {
      RandomFilter filter = RandomFilter.of(random);
      List<String> expected = column(statement, "SELECT id FROM segments s WHERE " + filter.sql());
      selected += expected.size();
      assertThat(ids(customers, campaign("segment", filter.json()), moment))
          .as("%s, in SQL %s", filter.json(), filter.sql())
          .isEqualTo(expected);
    }
    assertThat(selected).as("customers selected in all").isPositive();
  }

  /** Who gets the second text is SQL's split, and near enough the share that was asked for. */
  private static void split(
      Statement statement, Map<UUID, Customer> customers, BusinessMoment moment, int share)
      throws SQLException {
    UUID id = UUID.randomUUID();
    CampaignOutreach outreach =
        campaign(
            id,
            "all",
            "{\"options\": {\"variant_b\": {\"share\": %d, \"body_tr\": \"x\"}}}".formatted(share));
    List<String> expected =
        column(
            statement,
            """
            SELECT id FROM segments
             WHERE ('x' || left(md5('%s' || '/' || id), 8))::bit(32)::bigint %% 100 < %d"""
                .formatted(id, share));
    List<String> second = new ArrayList<>();
    customers.forEach(
        (customer, state) ->
            outreach.dues(customer, state, moment).stream()
                .filter(due -> due.variant() == Variant.B)
                .forEach(due -> second.add(customer.toString())));

    assertThat(sorted(second)).isEqualTo(expected);
    double all = column(statement, "SELECT id FROM segments").size();
    double deviation = Math.sqrt(all * share / 100 * (1 - share / 100.0));
    assertThat((double) second.size())
        .as("%d %% of %s", share, all)
        .isCloseTo(all * share / 100, within(6 * deviation));
  }

  /** The clocks of New York are put back on 2026-11-01 and forward on 2026-03-08. */
  private static void bestHours(
      Statement statement,
      Map<UUID, Customer> customers,
      BusinessMoment moment,
      String start,
      int within)
      throws SQLException, IOException {
    statement.execute(
        "SELECT set_config('test.start', '%s', false), set_config('test.within', '%d', false)"
            .formatted(start, within));
    List<String> expected = column(statement, resource("best-hours.sql"));
    CampaignOutreach outreach =
        campaign(
            UUID.randomUUID(),
            "all",
            "{\"options\": {\"best_hour_within_hours\": %d}}".formatted(within),
            Instant.parse(start),
            moment.zone());
    List<String> told = new ArrayList<>();
    customers.forEach(
        (id, customer) ->
            outreach
                .dues(id, customer, moment)
                .forEach(due -> told.add(id + " " + due.notBefore())));

    assertThat(sorted(told)).as("%d hours from %s", within, start).isEqualTo(expected);
    assertThat(expected.stream().map(line -> line.split(" ")[1]).distinct())
        .as("hours in which somebody is told")
        .hasSizeBetween(within - 1, within + 1);
  }

  private static CampaignOutreach campaign(String audience, String filter) {
    return campaign(UUID.randomUUID(), audience, filter);
  }

  private static CampaignOutreach campaign(UUID id, String audience, String filter) {
    return campaign(id, audience, filter, Instant.EPOCH, ZoneOffset.UTC);
  }

  private static CampaignOutreach campaign(
      UUID id, String audience, String filter, Instant scheduledAt, ZoneId zone) {
    return CampaignOutreach.of(
        new Campaign(
            id,
            Campaign.Status.PENDING,
            "t",
            null,
            "b",
            null,
            null,
            null,
            audience,
            filter,
            scheduledAt),
        zone);
  }

  private static List<String> ids(
      Map<UUID, Customer> customers, Outreach outreach, BusinessMoment moment) {
    List<String> ids = new ArrayList<>();
    customers.forEach(
        (id, customer) -> {
          if (!outreach.dues(id, customer, moment).isEmpty()) {
            ids.add(id.toString());
          }
        });
    return sorted(ids);
  }

  /** A line for each notice, as the SQL writes it: customer, occasion, texts, data, link. */
  private static List<String> told(
      Map<UUID, Customer> customers, Outreach outreach, BusinessMoment moment) {
    List<String> lines = new ArrayList<>();
    customers.forEach(
        (id, customer) -> {
          outreach.dues(id, customer, moment).forEach(due -> lines.add(line(id, due)));
        });
    return sorted(lines);
  }

  private static String line(UUID id, Due due) {
    StringBuilder data = new StringBuilder();
    new TreeMap<>(due.notice().data())
        .forEach((name, value) -> data.append(name).append('=').append(value).append(';'));
    return String.join(
        "|",
        id.toString(),
        due.occasion(),
        due.notice().title(),
        due.notice().body(),
        data.toString(),
        due.notice().deepLink());
  }

  private static List<String> column(Statement statement, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        values.add(row.getString(1));
      }
    }
    return sorted(values);
  }

  /** Thousands of lines are compared in order: to look each up among the others takes minutes. */
  private static List<String> sorted(List<String> lines) {
    lines.sort(null);
    return lines;
  }

  private static String resource(String name) throws IOException {
    try (InputStream sql = JobsAreSqlsJobsTest.class.getResourceAsStream("/jobs/" + name)) {
      return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
