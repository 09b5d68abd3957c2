package app.goalgpt.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.connectors.audience.AudienceReader;
import app.goalgpt.console.campaign.CampaignPreview;
import app.goalgpt.console.campaign.PendingCampaign;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.scheduler.DrivenClock;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Drain;
import app.goalgpt.standalone.platform.EmbeddedPlatform;
import app.goalgpt.standalone.platform.Pipeline;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.job.BusinessMoment;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Campaigns that wait for their customers' best hours, by a driven clock, from the app's rows to
 * FCM: an evening and a night, in the middle of which all parts are stopped and started again.
 * Which tick a push was made by is told by its cause, so nothing here hangs on how fast it goes.
 */
class BestHourTest {
  private static final ZoneId ISTANBUL = ZoneId.of("Europe/Istanbul");
  private static final AppTables TABLES = AppTables.from(Settings.of(Map.of()));
  private static final int CUSTOMERS = 240;

  /** 20:00 in Istanbul. */
  private static final Instant START = Instant.parse("2027-03-10T17:00:00Z");

  /** The window's. */
  private static final int HOURS = 8;

  /** An hour in four seconds. */
  private static final double SPEED = 900;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Each wrote in one hour between 18 and 6 on a day, every third oftener between 20 and 0. */
  private static final String SIGN_UP =
      """
      WITH customer AS (
        INSERT INTO customer_users (id, full_name, is_push_allowed_mobile)
        SELECT gen_random_uuid(), n::text, n %% 20 <> 0 FROM generate_series(1, %d) n RETURNING id, full_name::int AS n),
      device AS (INSERT INTO customer_push_tokens (customer_user_id, fcm_token) SELECT id, 'device:' || id FROM customer),
      claim AS (
        INSERT INTO customer_daily_rewards (customer_user_id, reward_date, day_number, reward_type, claimed_at)
        SELECT id, day, 1, 'credits', (day + make_interval(hours => (20 + n %% 5) %% 24, mins => 59)) AT TIME ZONE 'Europe/Istanbul'
        FROM customer, (VALUES (date '2027-03-01'), ('2027-03-07')) d(day) WHERE n %% 3 = 0)
      INSERT INTO match_comments (customer_user_id, match_id, content, created_at)
      SELECT id, 'm', 'Güzel maç', (date '2027-03-08' + make_interval(hours => (18 + n %% 13) %% 24)) AT TIME ZONE 'Europe/Istanbul'
      FROM customer WHERE n %% 7 <> 0"""
          .formatted(CUSTOMERS);

  /** When each is to be told, by the tables: hours after the start. */
  private static final String HOURS_AFTER =
      """
      WITH activity AS (
        SELECT customer_user_id AS id, created_at AT TIME ZONE 'Europe/Istanbul' AS at FROM match_comments
        UNION ALL SELECT customer_user_id, claimed_at AT TIME ZONE 'Europe/Istanbul' FROM customer_daily_rewards),
      best AS (
        SELECT DISTINCT ON (id) id, later
        FROM (SELECT id, at::date AS day, (extract(hour FROM at)::int + 4) %% 24 AS later, extract(hour FROM at) AS hour
              FROM activity) a
        WHERE later < %d GROUP BY id, later, hour ORDER BY id, count(DISTINCT day) DESC, max(day) DESC, hour)
      SELECT u.id || ' ' || coalesce(later, 0) FROM customer_users u LEFT JOIN best USING (id) WHERE is_push_allowed_mobile"""
          .formatted(HOURS);

  private static EmbeddedPlatform platform;
  private static Sql sql;
  private static Settings settings;

  private final String campaign = UUID.randomUUID().toString();
  private final String cancelled = UUID.randomUUID().toString();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Map<String, Collection<String>> accepted = new ConcurrentHashMap<>();

  @BeforeAll
  static void start() throws SQLException {
    platform = EmbeddedPlatform.temporary();
    sql = new Sql(platform.postgres());
    Map<String, String> values = new HashMap<>();
    for (Job job : Job.values()) {
      values.put(
          "JOB_" + job.name() + "_ENABLED", String.valueOf(job == Job.SCHEDULED_NOTIFICATIONS));
    }
    values.put("BUSINESS_ZONE", ISTANBUL.getId());
    values.put("JOB_SCHEDULED_NOTIFICATIONS_SCHEDULE", "*/10 * * * *");
    settings = platform.settings(values);
    sql.execute(SIGN_UP);
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void eachCustomerIsToldOnceByTheFirstTickOfTheBestHour()
      throws SQLException, InterruptedException {
    platform
        .fcm()
        .onAccepted(
            message ->
                accepted
                    .computeIfAbsent(
                        message.message().at("/data/campaignId").asText(),
                        id -> new ConcurrentLinkedQueue<>())
                    .add(message.token()));
    Map<UUID, Instant> best = bestHours();
    assertThat(new TreeSet<>(best.values())).as("hours of the window").hasSize(HOURS);

    DrivenClock evening = DrivenClock.standing(START.minusSeconds(300), SPEED, Clock.systemUTC());
    try (Pipeline pipeline = start(evening)) {
      schedule();
      drain();
      assertThat(preview()).isEqualTo(counted(best));
      evening.run();
      awaitTold(campaign, best, 2);
      assertThat(pipeline).isNotNull();
    }
    // It stands while the one campaign is cancelled: nobody's hour comes before that is heard.
    DrivenClock night = DrivenClock.standing(midnight(evening), SPEED, Clock.systemUTC());
    try (Pipeline pipeline = start(night)) {
      awaitTold(cancelled, best, 4);
      sql.execute(
          "UPDATE scheduled_notifications SET status = 'cancelled' WHERE id = '%s'"
              .formatted(cancelled));
      await().atMost(PATIENCE).until(() -> ended().equals(List.of("success")));
      night.run();
      await().atMost(PATIENCE).until(() -> ended().equals(List.of("success", "success")));
      assertThat(pipeline).isNotNull();
    }

    assertThat(failure).hasNullValue();
    List<Tick> ticks = records(Topic.TICKS, Tick.class);
    List<Push> pushes = records(Topic.CAMPAIGN_PUSHES, Push.class);
    assertThat(told(campaign, pushes, ticks)).isEqualTo(firstTicks(best, ticks));
    assertThat(accepted.get(campaign)).doesNotHaveDuplicates().hasSize(best.size());
    assertThat(status(campaign)).isEqualTo("sent %1$d %1$d 0".formatted(best.size()));
    assertTheTextsCountsAreTrue(pushes);
    assertTheOtherStopped(best, pushes, ticks);
  }

  /** In Istanbul, four hours after the start; later where the machine took long for the evening. */
  private static Instant midnight(Clock evening) {
    Instant midnight = START.plus(Duration.ofHours(4)).plusSeconds(60);
    return evening.instant().isAfter(midnight) ? evening.instant() : midnight;
  }

  /** How the two campaigns' runs ended. */
  private static List<String> ended() throws SQLException {
    return sql.column(
        "SELECT status FROM job_execution_logs WHERE job_name = 'campaign' AND completed_at IS NOT NULL");
  }

  private void assertTheTextsCountsAreTrue(List<Push> pushes) throws SQLException {
    Map<String, Long> texts =
        pushes.stream()
            .filter(push -> campaign.equals(String.valueOf(push.campaignId())))
            .collect(
                Collectors.groupingBy(
                    push -> push.data().get("variant") + " " + push.body(), Collectors.counting()));
    assertThat(texts).containsOnlyKeys("A Metin", "B İkinci metin");
    assertThat(
            sql.column(
                "SELECT concat_ws(' ', variant, recipient_count, success_count, failure_count)"
                    + " FROM campaign_variants ORDER BY variant"))
        .containsExactly(
            "A %1$d %1$d 0".formatted(texts.get("A Metin")),
            "B %1$d %1$d 0".formatted(texts.get("B İkinci metin")));
  }

  /** Whoever was told was told in time, and those of the last hour were not told at all. */
  private void assertTheOtherStopped(Map<UUID, Instant> best, List<Push> pushes, List<Tick> ticks)
      throws SQLException {
    Map<UUID, Instant> told = told(cancelled, pushes, ticks);
    assertThat(firstTicks(best, ticks)).containsAllEntriesOf(told);
    Instant last = START.plus(Duration.ofHours(HOURS - 1));
    assertThat(told.keySet()).noneMatch(customer -> best.get(customer).equals(last));
    assertThat(accepted.get(cancelled)).doesNotHaveDuplicates().hasSize(told.size());
    assertThat(status(cancelled)).isEqualTo("cancelled %1$d %1$d 0".formatted(told.size()));
  }

  private Pipeline start(Clock clock) {
    return Pipeline.start(settings, new SimpleMeterRegistry(), clock, failure::set);
  }

  private void schedule() throws SQLException {
    sql.execute(
        """
        INSERT INTO scheduled_notifications (id, title_tr, body_tr, target_audience, segment_filter, scheduled_at) VALUES
          ('%1$s', 'Başlık', 'Metin', 'all', '{"options": {"best_hour_within_hours": %3$d,
            "variant_b": {"share": 50, "body_tr": "İkinci metin"}}}', '%4$s'),
          ('%2$s', 'Başlık', 'Metin', 'all', '{"options": {"best_hour_within_hours": %3$d}}', '%4$s')"""
            .formatted(campaign, cancelled, HOURS, START));
  }

  private static void drain() throws InterruptedException {
    try (Drain drain = new Drain(platform.database(), KafkaConfig.from(settings), TABLES)) {
      drain.await(PATIENCE, records -> true);
    }
  }

  /** Until FCM took the campaign's push for somebody whose hour is that many after the start. */
  private void awaitTold(String campaignId, Map<UUID, Instant> best, int hours) {
    Set<String> tokens =
        best.entrySet().stream()
            .filter(entry -> entry.getValue().equals(START.plus(Duration.ofHours(hours))))
            .map(entry -> "device:" + entry.getKey())
            .collect(Collectors.toSet());
    await()
        .atMost(PATIENCE)
        .until(
            () -> accepted.getOrDefault(campaignId, List.of()).stream().anyMatch(tokens::contains));
  }

  private SortedMap<Instant, Long> preview() throws SQLException {
    try (Connection connection = platform.postgres().connect()) {
      AudienceReader reader = AudienceReader.in(connection, TABLES);
      Campaign pending = PendingCampaign.find(reader, UUID.fromString(campaign), TABLES, ISTANBUL);
      CampaignPreview preview =
          CampaignPreview.of(pending, new BusinessMoment(START, ISTANBUL), TABLES);
      preview.read(reader, () -> false);
      return preview.hours();
    }
  }

  private static SortedMap<Instant, Long> counted(Map<UUID, Instant> best) {
    return best.values().stream()
        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
  }

  private static Map<UUID, Instant> bestHours() throws SQLException {
    Map<UUID, Instant> best = new HashMap<>();
    for (String line : sql.column(HOURS_AFTER)) {
      String[] parts = line.split(" ");
      best.put(UUID.fromString(parts[0]), START.plus(Duration.ofHours(Integer.parseInt(parts[1]))));
    }
    return best;
  }

  /** For each customer the planned instant of the first tick that was sent for the hour. */
  private static Map<UUID, Instant> firstTicks(Map<UUID, Instant> best, List<Tick> ticks) {
    Map<UUID, Instant> first = new HashMap<>();
    best.forEach(
        (customer, hour) ->
            first.put(
                customer,
                ticks.stream()
                    .map(Tick::plannedAt)
                    .filter(planned -> !planned.isBefore(hour))
                    .min(Instant::compareTo)
                    .orElseThrow()));
    return first;
  }

  /** The planned instant of the tick by which each was told; nobody was told twice. */
  private static Map<UUID, Instant> told(String campaignId, List<Push> pushes, List<Tick> ticks) {
    Map<Instant, Instant> planned =
        ticks.stream().collect(Collectors.toMap(Tick::sentAt, Tick::plannedAt, (one, copy) -> one));
    return pushes.stream()
        .filter(push -> campaignId.equals(String.valueOf(push.campaignId())))
        .collect(Collectors.toMap(Push::customerId, push -> planned.get(push.causedAt())));
  }

  private static <T> List<T> records(Topic topic, Class<T> type) {
    Topics topics = new Topics(KafkaConfig.from(settings), TABLES);
    return platform.kafka().committed(topics.name(topic)).stream()
        .map(record -> Json.read(record.value(), type))
        .toList();
  }

  private static String status(String campaignId) throws SQLException {
    return sql.column(
            "SELECT concat_ws(' ', status, recipient_count, success_count, failure_count)"
                + " FROM scheduled_notifications WHERE id = '%s'".formatted(campaignId))
        .get(0);
  }
}
