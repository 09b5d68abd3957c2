package app.goalgpt.topology.stream;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Decision;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.ReferralTierReached;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.Settings;
import app.goalgpt.topology.TopologyConfig;
import app.goalgpt.topology.customer.Customer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The real topology, driven record by record; customers' rows in SPEC's shape are one call each.
 */
final class TopologyRun implements AutoCloseable {
  static final Instant START = Instant.parse("2026-01-12T12:00:00Z");

  private final TopologyTestDriver driver;
  private final Topics topics;
  private final AtomicLong lsn = new AtomicLong(1000);
  private final Map<UUID, Integer> writes = new HashMap<>();
  private Instant now = START;

  TopologyRun() {
    this(partition -> AnnouncementHistory.Tail.EMPTY);
  }

  TopologyRun(AnnouncementHistory history) {
    this(history, Map.of());
  }

  TopologyRun(AnnouncementHistory history, Map<String, String> settings) {
    TopologyConfig config =
        TopologyConfig.from(Settings.of(settings).with(Map.of("TOPIC_PARTITIONS", "1")));
    topics = new Topics(config.kafka(), config.tables());
    Properties properties = new Properties();
    properties.put("state.dir", temporary().toString());
    driver =
        new TopologyTestDriver(
            RewardsTopology.of(config, history, new SimpleMeterRegistry()), properties, START);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("topology-run");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next position in the log. */
  long next() {
    return lsn.incrementAndGet();
  }

  void change(AppTable table, Object key, byte[] envelope) {
    input(topics.changes(table)).pipeInput(key == null ? null : key.toString(), envelope);
  }

  private TestInputTopic<String, byte[]> input(String topic) {
    return driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
  }

  /** Lets wall-clock time pass: sweeps go on. */
  void pass(Duration time) {
    driver.advanceWallClockTime(time);
    now = now.plus(time);
  }

  UUID badge(String condition) {
    UUID id = UUID.randomUUID();
    badge(id, condition, true);
    return id;
  }

  void badge(UUID id, String condition, boolean active) {
    badge(id, condition, active, 0);
  }

  void badge(UUID id, String condition, boolean active, int credits) {
    change(
        AppTable.BADGES,
        id,
        Envelopes.updated(
            next(),
            Envelopes.row(
                "id",
                id,
                "slug",
                "slug",
                "unlock_condition",
                condition,
                "is_active",
                active,
                "deleted_at",
                null,
                "reward_xp",
                10,
                "reward_credits",
                credits,
                "reward_vip_days",
                null)));
  }

  UUID customer() {
    UUID id = UUID.randomUUID();
    user(id, null, null, true);
    return id;
  }

  void user(UUID id, String deletedAt, String locale, boolean pushAllowed) {
    change(
        AppTable.CUSTOMER_USERS,
        id,
        Envelopes.updated(
            next(),
            Envelopes.row(
                "id",
                id,
                "locale_preference",
                locale,
                "is_push_allowed_mobile",
                pushAllowed,
                "deleted_at",
                deletedAt)));
  }

  UUID comment(UUID customer, int likes) {
    UUID id = UUID.randomUUID();
    comment(id, customer, likes, "active", next());
    return id;
  }

  void comment(UUID id, UUID customer, int likes, String status, long lsn) {
    change(
        AppTable.MATCH_COMMENTS,
        customer,
        Envelopes.updated(lsn, commentRow(id, customer, likes, status)));
  }

  /** A comment written at that time, by its row; told of now. */
  void commentAt(UUID customer, String createdAt) {
    Map<String, Object> row = commentRow(UUID.randomUUID(), customer, 0, "active");
    row.put("created_at", createdAt);
    change(AppTable.MATCH_COMMENTS, customer, Envelopes.updated(next(), row));
  }

  static Map<String, Object> commentRow(UUID id, UUID customer, int likes, String status) {
    return Envelopes.row(
        "id",
        id,
        "customer_user_id",
        customer,
        "like_count",
        likes,
        "status",
        status,
        "deleted_at",
        null);
  }

  void prediction(UUID customer, String result) {
    change(
        AppTable.TS_PREDICTION_MAPPED,
        customer,
        Envelopes.created(
            next(),
            Envelopes.row(
                "id", UUID.randomUUID(), "purchased_by_user_id", customer, "result", result)));
  }

  void xp(UUID customer, String level, int streak) {
    xp(customer, level, streak, 0, null);
  }

  void xp(UUID customer, String level, int streak, int points, String lastActivity) {
    change(
        AppTable.CUSTOMER_XP,
        customer,
        Envelopes.updated(
            next(),
            Envelopes.row(
                "id",
                UUID.randomUUID(),
                "customer_user_id",
                customer,
                "level",
                level,
                "current_streak_days",
                streak,
                "xp_points",
                points,
                "last_activity_date",
                lastActivity)));
  }

  void token(UUID customer, String token) {
    change(
        AppTable.CUSTOMER_PUSH_TOKENS,
        customer,
        Envelopes.created(
            next(),
            Envelopes.row(
                "id",
                UUID.randomUUID(),
                "customer_user_id",
                customer,
                "fcm_token",
                token,
                "is_active",
                true,
                "platform",
                "android")));
  }

  void holdsBadge(UUID customer, UUID badge) {
    holdsBadge(UUID.randomUUID(), customer, badge);
  }

  void holdsBadge(UUID row, UUID customer, UUID badge) {
    change(
        AppTable.CUSTOMER_BADGES,
        customer,
        Envelopes.updated(
            next(), Envelopes.row("id", row, "customer_user_id", customer, "badge_id", badge)));
  }

  void referral(UUID id, UUID referrer, UUID referred, int tier, String status, String expiresAt) {
    change(
        AppTable.REFERRALS,
        referred,
        Envelopes.updated(next(), referralRow(id, referrer, referred, tier, status, expiresAt)));
  }

  static Map<String, Object> referralRow(
      UUID id, UUID referrer, UUID referred, int tier, String status, String expiresAt) {
    return Envelopes.row(
        "id",
        id,
        "referrer_user_id",
        referrer,
        "referred_user_id",
        referred,
        "status",
        status,
        "tier",
        tier,
        "expires_at",
        expiresAt);
  }

  void login(UUID customer, String at) {
    login(UUID.randomUUID(), customer, at);
  }

  void login(UUID id, UUID customer, String at) {
    change(
        AppTable.CUSTOMER_OAUTH_IDENTITIES,
        customer,
        Envelopes.updated(
            next(),
            Envelopes.row(
                "id", id, "customer_user_id", customer, "last_login_at", at, "deleted_at", null)));
  }

  void subscription(UUID customer, String status, String expiredAt) {
    change(
        AppTable.SUBSCRIPTIONS,
        customer,
        Envelopes.updated(
            next(),
            Envelopes.row(
                "id",
                UUID.randomUUID(),
                "customer_user_id",
                customer,
                "status",
                status,
                "expired_at",
                expiredAt)));
  }

  UUID claim(UUID customer, String date, int day) {
    UUID id = UUID.randomUUID();
    change(
        AppTable.CUSTOMER_DAILY_REWARDS,
        customer,
        Envelopes.created(
            next(),
            Envelopes.row(
                "id", id, "customer_user_id", customer, "reward_date", date, "day_number", day)));
    return id;
  }

  /** A customer with a device. */
  UUID reachable() {
    UUID id = customer();
    token(id, "token-of-" + id);
    return id;
  }

  void campaign(UUID id, String status, String audience, String filter, String scheduledAt) {
    change(
        AppTable.SCHEDULED_NOTIFICATIONS,
        id,
        Envelopes.updated(
            next(),
            Envelopes.row(
                "id",
                id,
                "title_tr",
                "Başlık",
                "title_en",
                "Title",
                "body_tr",
                "Metin",
                "body_en",
                null,
                "deep_link_url",
                "goalgpt://home",
                "image_url",
                null,
                "target_audience",
                audience,
                "segment_filter",
                filter,
                "scheduled_at",
                scheduledAt,
                "status",
                status)));
  }

  /** A tick that is sent now. */
  void tick(Job job, String plannedAt) {
    tick(new Tick(job.specName(), Instant.parse(plannedAt), now()));
  }

  void tick(Tick tick) {
    record(Topic.TICKS, null, Json.write(tick));
  }

  void deliver(Push push, Delivery.Outcome outcome) {
    Delivery delivery =
        new Delivery(
            push.id(),
            push.customerId(),
            push.lane(),
            List.of(new Delivery.Result(UUID.randomUUID(), null, outcome, null, 1)),
            push.causedAt(),
            now(),
            push.campaignId());
    record(Topic.DELIVERIES, push.customerId().toString(), Json.write(delivery));
  }

  /** As it would come from outside. */
  void record(Topic topic, String key, byte[] value) {
    input(topics.name(topic)).pipeInput(key, value, now());
  }

  private Instant now() {
    return now;
  }

  List<RunProgress> progress() {
    return read(Topic.RUN_PROGRESS, RunProgress.class);
  }

  List<Decision> decisions() {
    return read(Topic.DECISIONS, Decision.class);
  }

  List<DeadLetter> deadLetters() {
    return read(Topic.DEAD_LETTERS, DeadLetter.class);
  }

  /** The pushes that reach somebody. */
  List<Push> pushes() {
    return pushRecords().stream().filter(Push::reachesSomebody).toList();
  }

  List<Push> pushRecords() {
    return Arrays.stream(Push.Lane.values())
        .flatMap(lane -> read(Topic.pushes(lane), Push.class).stream())
        .toList();
  }

  List<BadgeUnlocked> badgesUnlocked() {
    return read(Topic.BADGE_UNLOCKED, BadgeUnlocked.class);
  }

  List<ReferralTierReached> tiersReached() {
    return read(Topic.REFERRAL_TIER_REACHED, ReferralTierReached.class);
  }

  private <T> List<T> read(Topic topic, Class<T> type) {
    TestOutputTopic<String, byte[]> output =
        driver.createOutputTopic(
            topics.name(topic), new StringDeserializer(), new ByteArrayDeserializer());
    return output.readValuesToList().stream().map(value -> Json.read(value, type)).toList();
  }

  Customer state(UUID customer) {
    KeyValueStore<UUID, Customer> store = driver.getKeyValueStore(Nodes.CUSTOMERS_STORE);
    Customer state = store.get(customer);
    return state == null ? Customer.UNKNOWN : state;
  }

  /** How often a customer's state was written to its changelog. */
  int writes(UUID customer) {
    String changelog =
        driver.producedTopicNames().stream()
            .filter(topic -> topic.endsWith("-" + Nodes.CUSTOMERS_STORE + "-changelog"))
            .findFirst()
            .orElseThrow();
    driver
        .createOutputTopic(changelog, UuidSerde.bytes().deserializer(), new ByteArrayDeserializer())
        .readKeyValuesToList()
        .forEach(written -> writes.merge(written.key, 1, Integer::sum));
    return writes.getOrDefault(customer, 0);
  }

  @Override
  public void close() {
    driver.close();
  }
}
