package app.goalgpt.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.connectors.audience.AudienceReader;
import app.goalgpt.console.campaign.CampaignPreview;
import app.goalgpt.console.campaign.PendingCampaign;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Job;
import app.goalgpt.scheduler.SchedulerBridgeConfig;
import app.goalgpt.scheduler.TickByHand;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Drain;
import app.goalgpt.standalone.platform.EmbeddedPlatform;
import app.goalgpt.standalone.platform.Pipeline;
import app.goalgpt.standalone.simulation.Population;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.job.BusinessMoment;
import app.goalgpt.topology.job.Variant;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code goalgpt campaign preview} says, against whom the campaign then really goes to. */
class CampaignPreviewTest {
  private static final ZoneId ISTANBUL = ZoneId.of("Europe/Istanbul");
  private static final AppTables TABLES = AppTables.from(Settings.of(Map.of()));

  /** By their titles; every field of a filter is asked for alone, so each must bring its table. */
  private static final Map<String, String> FILTERS =
      Map.ofEntries(
          Map.entry("xp_level", "{\"xp_level\": {\"gte\": \"silver\"}}"),
          Map.entry("xp_points", "{\"xp_points\": {\"gt\": 300}}"),
          Map.entry("current_streak_days", "{\"current_streak_days\": {\"gte\": 3}}"),
          Map.entry("referral_count", "{\"referral_count\": [1, 2]}"),
          Map.entry("comment_count", "{\"comment_count\": {\"gte\": 2}}"),
          Map.entry("badge_count", "{\"badge_count\": 1}"),
          Map.entry("credits_balance", "{\"credits_balance\": {\"gte\": 50, \"lt\": 100}}"),
          Map.entry("is_vip", "{\"is_vip\": true}"),
          Map.entry("platform", "{\"platform\": \"ios\"}"),
          Map.entry("locale", "{\"locale\": {\"ne\": \"tr\"}}"),
          Map.entry("days_since_activity", "{\"days_since_activity\": {\"gte\": 1}}"),
          Map.entry(
              "two texts",
              "{\"xp_points\": {\"gte\": 0}, \"options\": {\"variant_b\": {\"share\": 30, \"body_tr\": \"B\"}}}"),
          Map.entry(
              "several", "{\"is_vip\": false, \"xp_points\": {\"gte\": 100}, \"locale\": \"tr\"}"));

  /** Asked as of the same instant, whatever time passes: a day may end, a subscription run out. */
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MINUTES);

  private static EmbeddedPlatform platform;
  private static Sql sql;

  @BeforeAll
  static void start() throws SQLException {
    platform = EmbeddedPlatform.temporary();
    sql = new Sql(platform.postgres());
    try (Connection connection = platform.postgres().connect()) {
      connection.setAutoCommit(false);
      new Population(new Population.Plan(150, 2, 3, NOW, ISTANBUL)).load(connection, rows -> {});
      connection.commit();
    }
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void saysWhoReallyGetsIt() throws SQLException, InterruptedException {
    sql.execute(
        """
        INSERT INTO badges (slug, name_tr, name_en, unlock_condition)
        VALUES ('by-hand', 'b', 'b', '{"type": "manual"}');
        INSERT INTO customer_badges (customer_user_id, badge_id)
        SELECT u.id, b.id FROM customer_users u, badges b WHERE u.full_name < 'F';
        """);
    Settings settings =
        platform.settings(
            Map.of(
                "BUSINESS_ZONE", ISTANBUL.getId(), "JOB_SCHEDULED_NOTIFICATIONS_ENABLED", "false"));
    Map<String, Set<String>> tokens = new ConcurrentHashMap<>();
    Map<String, Set<String>> ofSecondText = new ConcurrentHashMap<>();
    platform
        .fcm()
        .onAccepted(
            message -> {
              String campaign = message.message().at("/data/campaignId").asText();
              add(tokens, campaign, message.token());
              if (message.message().at("/data/variant").asText().equals("B")) {
                add(ofSecondText, campaign, message.token());
              }
            });
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Pipeline pipeline = Pipeline.start(settings, new SimpleMeterRegistry(), failure::set);
        Drain drain = new Drain(platform.database(), KafkaConfig.from(settings), TABLES)) {
      drain.await(Duration.ofMinutes(2), records -> true);
      insertCampaigns();
      drain.await(Duration.ofMinutes(2), records -> true);
      Map<String, CampaignPreview> previews = previews();

      TickByHand.send(SchedulerBridgeConfig.from(settings), Job.SCHEDULED_NOTIFICATIONS, NOW);
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  sql.column("SELECT id FROM scheduled_notifications WHERE status <> 'sent'")
                      .isEmpty());

      assertThat(failure).hasNullValue();
      assertThat(pipeline).isNotNull();
      for (Map.Entry<String, CampaignPreview> preview : previews.entrySet()) {
        String id = preview.getKey();
        assertSame(id, preview.getValue(), tokens.get(id));
        assertSameTexts(id, preview.getValue(), ofSecondText.getOrDefault(id, Set.of()));
      }
    }
  }

  private static void add(Map<String, Set<String>> tokens, String campaign, String token) {
    tokens.computeIfAbsent(campaign, id -> ConcurrentHashMap.newKeySet()).add(token);
  }

  /** What was foretold of the second text, what FCM took of it, and what the table says. */
  private static void assertSameTexts(String id, CampaignPreview preview, Set<String> tokens)
      throws SQLException {
    long b = customers(tokens).size();
    assertThat(preview.customers(Variant.B)).isEqualTo(b);
    assertThat(preview.customers(Variant.A)).isEqualTo(preview.customers() - b);
    List<String> rows =
        preview.triesTwoTexts()
            ? List.of("A " + (preview.customers() - b) + " 0", "B " + b + " 0")
            : List.of();
    assertThat(b > 0).isEqualTo(preview.triesTwoTexts());
    assertThat(
            sql.column(
                """
                SELECT concat_ws(' ', variant, success_count, failure_count) FROM campaign_variants
                 WHERE campaign_id = '%s' AND recipient_count = success_count ORDER BY variant"""
                    .formatted(id)))
        .isEqualTo(rows);
  }

  /** A simulated phone's token says whose it is. */
  private static Set<String> customers(Set<String> tokens) {
    return tokens.stream().map(token -> token.split(":")[1]).collect(Collectors.toSet());
  }

  private static void insertCampaigns() throws SQLException {
    List<String> rows = new ArrayList<>();
    for (String audience : List.of("all", "vip", "free")) {
      rows.add("('%1$s', 'b', '%1$s', NULL, now() - interval '1 hour')".formatted(audience));
    }
    FILTERS.forEach(
        (title, filter) ->
            rows.add(
                "('%s', 'b', 'segment', '%s', now() - interval '1 hour')"
                    .formatted(title, filter)));
    sql.execute(
        "INSERT INTO scheduled_notifications (title_tr, body_tr, target_audience, segment_filter, scheduled_at) VALUES "
            + String.join(", ", rows));
  }

  private static Map<String, CampaignPreview> previews() throws SQLException {
    Map<String, CampaignPreview> previews = new HashMap<>();
    for (String id : sql.column("SELECT id FROM scheduled_notifications")) {
      try (Connection connection = platform.postgres().connect()) {
        AudienceReader reader = AudienceReader.in(connection, TABLES);
        Campaign campaign = PendingCampaign.find(reader, UUID.fromString(id), TABLES, ISTANBUL);
        CampaignPreview preview =
            CampaignPreview.of(campaign, new BusinessMoment(NOW, ISTANBUL), TABLES);
        preview.read(reader, () -> false);
        previews.put(id, preview);
      }
    }
    return previews;
  }

  private static void assertSame(String id, CampaignPreview preview, Set<String> tokens)
      throws SQLException {
    String row = "SELECT %s::text FROM scheduled_notifications WHERE id = '" + id + "'";
    String title = sql.column(row.formatted("title_tr")).get(0);
    assertThat(tokens).as(title).isNotEmpty();
    Set<String> customers = customers(tokens);
    assertThat(preview.customers()).as(title).isEqualTo(customers.size());
    assertThat(preview.devices()).as(title).isEqualTo(tokens.size());
    assertThat(sql.column(row.formatted("recipient_count")))
        .containsExactly(String.valueOf(preview.customers()));
    assertThat(preview.samples()).hasSize(Math.min(5, customers.size())).doesNotHaveDuplicates();
    assertThat(customers).containsAll(preview.samples().stream().map(UUID::toString).toList());
    assertThat(preview.unreadable()).isZero();
  }
}
