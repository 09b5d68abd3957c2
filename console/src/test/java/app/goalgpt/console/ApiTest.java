package app.goalgpt.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.goalgpt.messages.CampaignCancellation;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.JobSwitch;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.OperatorAction;
import app.goalgpt.messages.RewardId;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.RunProgress.State;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import app.goalgpt.settings.KafkaConfig;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the API tells and does, over a real database and a real broker. */
class ApiTest {
  private static final String CUSTOMER = "11111111-0000-4000-8000-000000000001";
  private static final String FRIEND = "11111111-0000-4000-8000-000000000002";
  private static ConsoleStage stage;

  @BeforeAll
  static void start() throws SQLException {
    stage = new ConsoleStage();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private static OperatorAction lastAction() {
    List<OperatorAction> actions = stage.actions();
    return actions.get(actions.size() - 1);
  }

  @Test
  void aJobRunByHandIsATickInEveryPartitionAndALineOfTheAuditLog() throws Exception {
    HttpResponse<String> response =
        stage.change(
            "POST",
            "api/jobs/partner-analytics-rollup/runs",
            "{\"plannedAt\":\"2026-11-21T00:05:00Z\"}");

    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    Instant at = Instant.parse("2026-11-21T00:05:00Z");
    UUID run = RewardId.run("partner-analytics-rollup", at);
    assertThat(Json.MAPPER.readTree(response.body()).path("runId").asText())
        .isEqualTo(run.toString());
    List<ConsumerRecord<byte[], byte[]>> ticks =
        stage.records(stage.topics.name(Topic.TICKS)).stream()
            .filter(found -> Json.read(found.value(), Tick.class).plannedAt().equals(at))
            .toList();
    assertThat(ticks).extracting(ConsumerRecord::partition).containsExactlyInAnyOrder(0, 1);
    assertThat(ticks)
        .allSatisfy(tick -> assertThat(Json.read(tick.value(), Tick.class).runId()).isEqualTo(run));
    assertThat(lastAction().action()).isEqualTo("job.run");
    assertThat(lastAction().subject()).isEqualTo("partner-analytics-rollup");
    assertThat(lastAction().by()).isEqualTo("operator");
    assertThat(lastAction().address()).isEqualTo("127.0.0.1");
    await()
        .atMost(ConsoleStage.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(stage.get("api/changes").at("/changes/0/subject").asText())
                    .isEqualTo(lastAction().subject()));
  }

  @Test
  void aSwitchedJobIsShownSoUntilTheSwitchIsTakenBack() throws Exception {
    String path = "api/jobs/old-logs-cleanup/switch";

    assertThat(stage.change("PUT", path, "{\"enabled\":false}").statusCode()).isEqualTo(200);
    assertThat(job("old-logs-cleanup").path("enabled").asBoolean()).isFalse();
    assertThat(job("old-logs-cleanup").at("/switched/by").asText()).isEqualTo("operator");
    List<ConsumerRecord<byte[], byte[]>> switches =
        stage.records(stage.topics.name(Topic.JOB_SWITCHES));
    ConsumerRecord<byte[], byte[]> last = switches.get(switches.size() - 1);
    assertThat(new String(last.key(), StandardCharsets.UTF_8)).isEqualTo("old-logs-cleanup");
    assertThat(Json.read(last.value(), JobSwitch.class).enabled()).isFalse();
    assertThat(lastAction().action()).isEqualTo("job.off");

    assertThat(stage.change("DELETE", path, null).statusCode()).isEqualTo(200);
    assertThat(job("old-logs-cleanup").path("enabled").asBoolean()).isTrue();
    assertThat(job("old-logs-cleanup").has("switched")).isFalse();
    assertThat(lastAction().action()).isEqualTo("job.as-set");
  }

  /** A commit is acknowledged before it can be read: here, until another's transaction ends. */
  @Test
  void whatIsAcknowledgedIsReadByWhoeverLooksNext() throws Exception {
    Map<String, Object> properties = KafkaConfig.from(stage.settings).clientProperties();
    properties.put("transactional.id", "api-test");
    try (KafkaProducer<byte[], byte[]> other =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      other.initTransactions();
      other.beginTransaction();
      other
          .send(new ProducerRecord<>(stage.topics.name(Topic.JOB_SWITCHES), new byte[] {1}, null))
          .get();
      CompletableFuture<Boolean> shown =
          CompletableFuture.supplyAsync(() -> switchedOffAndLookedAt("dead-token-cleanup"));
      assertThatThrownBy(() -> shown.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
      other.abortTransaction();
      assertThat(shown.get(1, TimeUnit.MINUTES)).isFalse();
    }
  }

  /** Whether it is shown as switched on. */
  private static boolean switchedOffAndLookedAt(String job) {
    try {
      String path = "api/jobs/" + job + "/switch";
      assertThat(stage.change("PUT", path, "{\"enabled\":false}").statusCode()).isEqualTo(200);
      return job(job).path("enabled").asBoolean();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode job(String name) throws Exception {
    for (JsonNode job : stage.get("api/jobs").path("jobs")) {
      if (job.path("job").asText().equals(name)) {
        return job;
      }
    }
    throw new AssertionError("no job " + name);
  }

  @Test
  void runsArePagedAndFiltered() throws Exception {
    stage.sql(
        """
        INSERT INTO job_execution_logs (job_name, started_at, completed_at, status, items_processed, duration_ms, error_message)
        SELECT 'paged-job', '2026-01-01T00:00:00Z'::timestamptz + n / 2 * interval '1 minute', now(),
               CASE WHEN n % 5 = 0 THEN 'failed' ELSE 'success' END, n, 1000 + n, CASE WHEN n % 5 = 0 THEN 'no ' || n END
          FROM generate_series(1, 23) n
        """);

    List<Integer> items = new ArrayList<>();
    String next = "";
    int pages = 0;
    do {
      JsonNode page = stage.get("api/runs?job=paged-job&limit=10" + next);
      page.path("runs").forEach(run -> items.add(run.path("items").asInt()));
      next = page.has("next") ? "&before=" + page.path("next").asText() : null;
      pages++;
    } while (next != null);

    assertThat(pages).isEqualTo(3);
    assertThat(items).hasSize(23).doesNotHaveDuplicates();
    JsonNode failed = stage.get("api/runs?job=paged-job&status=failed");
    assertThat(failed.path("runs")).hasSize(4);
    assertThat(failed.at("/runs/0/error").asText()).isEqualTo("no 20");
    assertThat(stage.get("api/runs?job=paged-job&since=2026-01-01T00:11:00Z").path("runs"))
        .hasSize(2);
    String id = failed.at("/runs/0/id").asText();
    assertThat(stage.get("api/runs/" + id).at("/run/items").asInt()).isEqualTo(20);
  }

  @Test
  void anOpenRunIsShownByPartitionBesideWhatWasUsual() throws Exception {
    Instant day = Instant.parse("2026-03-01T22:00:00Z");
    progress(day, 0, 1, State.DONE, 40);
    progress(day, 1, 1, State.DONE, 60);
    Instant next = day.plusSeconds(86_400);
    progress(next, 0, 1, State.DONE, 41);
    progress(next, 1, 3, State.RUNNING, 17);
    progress(next, 1, 2, State.RUNNING, 9);

    await()
        .atMost(ConsoleStage.PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode open = stage.get("api/jobs").path("open");
              assertThat(open).hasSize(1);
              JsonNode run = open.get(0);
              assertThat(run.path("plannedAt").asText()).isEqualTo(next.toString());
              assertThat(run.at("/shares/0/state").asText()).isEqualTo("DONE");
              assertThat(run.at("/shares/1/items").asLong()).isEqualTo(17);
              assertThat(run.at("/shares/1/usual").asLong()).isEqualTo(60);
            });
  }

  private static void progress(
      Instant plannedAt, int partition, long sequence, State state, long items) {
    UUID run = RewardId.run("streak-break-warnings", plannedAt);
    RunProgress report =
        new RunProgress(
            run,
            "streak-break-warnings",
            plannedAt,
            partition,
            2,
            sequence,
            state,
            items,
            0,
            0,
            null,
            plannedAt,
            plannedAt);
    stage.produce(stage.topics.name(Topic.RUN_PROGRESS), run.toString(), Json.write(report));
  }

  @Test
  void aCampaignIsPreviewedAndCancelledByWhoeverWritesTheTable() throws Exception {
    String id = UUID.randomUUID().toString();
    stage.sql(
        """
        INSERT INTO customer_users (id, email) SELECT gen_random_uuid(), 'vip' || n || '@example.org' FROM generate_series(1, 3) n;
        INSERT INTO customer_push_tokens (customer_user_id, fcm_token)
        SELECT id, 'secret-token-of-' || id FROM customer_users WHERE email LIKE 'vip%%';
        INSERT INTO subscriptions (customer_user_id, status, platform)
        SELECT id, 'active', 'ios' FROM customer_users WHERE email IN ('vip1@example.org', 'vip2@example.org');
        INSERT INTO scheduled_notifications (id, title_tr, body_tr, target_audience, scheduled_at)
        VALUES ('%s', 'Derbi', 'Tahmin', 'vip', now() + interval '1 day');
        """
            .formatted(id));

    JsonNode preview = stage.get("api/campaigns/" + id + "/preview");
    assertThat(preview.path("customers").asInt()).isEqualTo(2);
    assertThat(preview.path("devices").asInt()).isEqualTo(2);
    assertThat(preview.toString()).doesNotContain("secret");

    HttpResponse<String> response = stage.change("POST", "api/campaigns/" + id + "/cancel", null);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    assertThat(stage.records(stage.topics.name(Topic.CAMPAIGN_CANCELLATIONS)))
        .anySatisfy(
            asked ->
                assertThat(Json.read(asked.value(), CampaignCancellation.class).campaignId())
                    .isEqualTo(UUID.fromString(id)));
    assertThat(lastAction().action()).isEqualTo("campaign.cancel");
    // The console itself writes nothing to the app's tables.
    assertThat(stage.get("api/campaigns/" + id).at("/campaign/status").asText())
        .isEqualTo("pending");

    stage.sql("UPDATE scheduled_notifications SET status = 'sent' WHERE id = '" + id + "'");
    assertThat(stage.change("POST", "api/campaigns/" + id + "/cancel", null).statusCode())
        .isEqualTo(409);
    assertThat(stage.send(stage.request("api/campaigns/" + id + "/preview").build()).statusCode())
        .isEqualTo(409);
    assertThat(stage.get("api/campaigns?status=sent").at("/campaigns/0/id").asText()).isEqualTo(id);
  }

  @Test
  void aCampaignThatTriesTwoTextsShowsWhatCameOfEach() throws Exception {
    String two = UUID.randomUUID().toString();
    String one = UUID.randomUUID().toString();
    stage.sql(
        """
        INSERT INTO scheduled_notifications (id, title_tr, body_tr, target_audience, scheduled_at, status)
        VALUES ('%1$s', 'Derbi', 'Tahmin', 'all', now(), 'sent'), ('%2$s', 'Derbi', 'Tahmin', 'all', now(), 'sent');
        INSERT INTO campaign_variants (campaign_id, variant, recipient_count, success_count, failure_count)
        VALUES ('%1$s', 'B', 30, 27, 3), ('%1$s', 'A', 70, 60, 8);
        """
            .formatted(two, one));

    String asText =
        "[{\"variant\":\"A\",\"recipients\":70,\"accepted\":60,\"refused\":8},"
            + "{\"variant\":\"B\",\"recipients\":30,\"accepted\":27,\"refused\":3}]";
    assertThat(stage.get("api/campaigns/" + two).path("variants"))
        .isEqualTo(Json.MAPPER.readTree(asText));
    assertThat(stage.get("api/campaigns/" + one).path("variants")).isEmpty();
    JsonNode page = stage.get("api/campaigns?status=sent");
    assertThat(page.path("variants").path(two)).isEqualTo(Json.MAPPER.readTree(asText));
    assertThat(page.path("variants").has(one)).isFalse();
    assertThat(page.path("campaigns").findValuesAsText("id")).contains(one, two);
  }

  @Test
  void saysWhyACustomerHasOrHasNotABadge() throws Exception {
    UUID commented = UUID.randomUUID();
    stage.sql(
        """
        INSERT INTO customer_users (id, email, full_name) VALUES
          ('%1$s', 'Ayla@Example.org', 'Ayla'), ('%2$s', 'can@example.org', 'Can');
        INSERT INTO badges (id, slug, name_tr, name_en, unlock_condition, is_active) VALUES
          ('%3$s', 'commentator', 'Yorumcu', 'Commentator', '{"type": "comments", "count": 2}', true);
        INSERT INTO badges (slug, name_tr, name_en, unlock_condition, is_active) VALUES
          ('talkative', 'Konuşkan', 'Talkative', '{"type": "comments", "count": 8}', true),
          ('seer', 'Kahin', 'Seer', '{"type": "predictions", "accuracy": 70, "min_count": 4}', true),
          ('golden', 'Altın', 'Golden', '{"type": "xp_level", "level": "gold"}', true),
          ('retired', 'Emekli', 'Retired', '{"type": "comments", "count": 1}', false),
          ('gift', 'Hediye', 'Gift', '{"type": "manual"}', true),
          ('broken', 'Bozuk', 'Broken', '{"type": "commments", "count": 1}', true),
          ('due', 'Vadeli', 'Due', '{"type": "referrals", "count": 1}', true);
        INSERT INTO match_comments (customer_user_id, match_id, content, status)
        SELECT '%1$s', 'm', 'great', CASE n WHEN 4 THEN 'hidden' ELSE 'active' END FROM generate_series(1, 4) n;
        INSERT INTO ts_prediction_mapped (purchased_by_user_id, result) VALUES
          ('%1$s', 'won'), ('%1$s', 'won'), ('%1$s', 'lost'), ('%1$s', 'pending');
        INSERT INTO customer_xp (customer_user_id, xp_points, total_earned, level) VALUES ('%1$s', 700, 700, 'silver');
        INSERT INTO referrals (referrer_user_id, referred_user_id, referral_code) VALUES ('%1$s', '%2$s', 'AY');
        INSERT INTO customer_badges (customer_user_id, badge_id, unlocked_at)
        VALUES ('%1$s', '%3$s', '2026-05-01T10:00:01Z');
        INSERT INTO reward_ledger (id, kind, customer_user_id, badge_id, badge_slug, condition, value, cause_table, cause_row_id,
                                   cause_lsn, cause_committed_at, xp, decided_at, settled_at)
        VALUES ('%4$s', 'badge_unlock', '%1$s', '%3$s', 'commentator', '{"type": "comments", "count": 2}', '2', 'match_comments', 'c2',
                77, '2026-05-01T10:00:00Z', 50, '2026-05-01T10:00:00.5Z', '2026-05-01T10:00:01Z');
        """
            .formatted(
                CUSTOMER, FRIEND, commented, RewardId.badge(commented, UUID.fromString(CUSTOMER))));

    assertThat(stage.get("api/customers?q=ayla@EXAMPLE.org").path("id").asText())
        .isEqualTo(CUSTOMER);
    JsonNode found = stage.get("api/customers/" + CUSTOMER);
    assertThat(found.at("/customer/email").asText()).isEqualTo("A…@Example.org");

    JsonNode has = why("commentator");
    assertThat(has.path("verdict").asText()).isEqualTo("SETTLED");
    assertThat(has.path("has").asBoolean()).isTrue();
    assertThat(has.at("/ledger/causeRowId").asText()).isEqualTo("c2");
    assertThat(has.at("/ledger/causedAt").asText()).isEqualTo("2026-05-01T10:00:00Z");
    assertThat(has.at("/ledger/value").asText()).isEqualTo("2");
    answer("talkative", "NOT_MET", "3", "8 active comments", 3 / 8.0);
    answer("seer", "NOT_MET", "66.66 % of 3", "70 % of at least 4 settled predictions won", 0.75);
    answer("golden", "NOT_MET", "silver", "level gold or above", 2 / 3.0);
    answer("retired", "BADGE_OFF", "3", "1 active comment", 1);
    answer("due", "MET_NOT_SETTLED", "1", "1 referral", 1);
    assertThat(why("gift").path("verdict").asText()).isEqualTo("BY_HAND");
    assertThat(why("broken").path("verdict").asText()).isEqualTo("BAD_RULE");
    assertThat(why("broken").path("why").asText()).contains("commments");

    stage.sql("UPDATE customer_users SET deleted_at = now() WHERE id = '" + CUSTOMER + "'");
    assertThat(why("due").path("verdict").asText()).isEqualTo("CUSTOMER_DELETED");
  }

  private static JsonNode why(String badge) throws Exception {
    return stage.get("api/customers/" + CUSTOMER + "/badges/" + badge);
  }

  private static void answer(
      String badge, String verdict, String value, String asks, double progress) throws Exception {
    JsonNode answer = why(badge);
    assertThat(answer.path("verdict").asText()).as(badge).isEqualTo(verdict);
    assertThat(answer.path("value").asText()).as(badge).isEqualTo(value);
    assertThat(answer.path("asks").asText()).as(badge).isEqualTo(asks);
    assertThat(answer.path("progress").asDouble())
        .as(badge)
        .isCloseTo(progress, Offset.offset(1e-9));
  }

  @Test
  void aDeadLetterIsReadReplayedOnceAndNeverShowsATokenWhileItsRecordKeepsIt() throws Exception {
    String token = "fcm-token-that-nobody-may-see";
    String pushes = stage.topics.name(Topic.PUSHES);
    byte[] value =
        "{\"addresses\":[{\"tokenId\":\"x\",\"token\":\"%s\"}]}"
            .formatted(token)
            .getBytes(StandardCharsets.UTF_8);
    long offset = stage.produce(pushes, CUSTOMER, value);
    int partition = partitionOf(pushes, value);
    long letter =
        letter("notifier", pushes, partition, offset, new String(value, StandardCharsets.UTF_8));
    awaitLetter(letter);

    HttpResponse<String> read = stage.send(stage.request("api/dead-letters/" + letter).build());
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body()).contains("addresses").doesNotContain(token);

    HttpResponse<String> replayed =
        stage.change("POST", "api/dead-letters/" + letter + "/replay", null);
    assertThat(replayed.statusCode()).as(replayed.body()).isEqualTo(200);
    List<ConsumerRecord<byte[], byte[]>> records = stage.records(pushes);
    ConsumerRecord<byte[], byte[]> again = records.get(records.size() - 1);
    assertThat(again.value()).isEqualTo(value);
    assertThat(again.partition()).isEqualTo(partition);
    assertThat(new String(again.key(), StandardCharsets.UTF_8)).isEqualTo(CUSTOMER);
    assertThat(
            new String(
                again.headers().lastHeader("goalgpt-replay-of").value(), StandardCharsets.UTF_8))
        .isEqualTo(stage.topics.name(Topic.DEAD_LETTERS) + "-0@" + letter);
    assertThat(lastAction().action()).isEqualTo("dead-letter.replay");
    assertThat(lastAction().toString()).doesNotContain(token);

    assertThat(stage.change("POST", "api/dead-letters/" + letter + "/replay", null).statusCode())
        .isEqualTo(409);
    assertThat(stage.records(pushes)).hasSize(records.size());
  }

  private static int partitionOf(String topic, byte[] value) {
    return stage.records(topic).stream()
        .filter(found -> Arrays.equals(found.value(), value))
        .findFirst()
        .orElseThrow()
        .partition();
  }

  @Test
  void aLetterWhoseRecordIsGoneOrNobodysCanOnlyBeDropped() throws Exception {
    long gone = letter("ledger", stage.topics.name(Topic.DECISIONS), 1, 12_345, "{}");
    long foreign = letter("ledger", "another-system.topic", 0, 0, "{}");
    long never = letter("capture", stage.topics.name(Topic.DECISIONS), -1, -1, null);
    for (long letter : new long[] {gone, foreign, never}) {
      awaitLetter(letter);
      assertThat(stage.change("POST", "api/dead-letters/" + letter + "/replay", null).statusCode())
          .isEqualTo(409);
      HttpResponse<String> dropped =
          stage.change("POST", "api/dead-letters/" + letter + "/drop", null);
      assertThat(dropped.statusCode()).as(dropped.body()).isEqualTo(200);
      assertThat(lastAction().action()).isEqualTo("dead-letter.drop");
      assertThat(stage.get("api/dead-letters?state=open").toString())
          .doesNotContain("\"letter\":" + letter + ",");
      assertThat(
              stage
                  .get("api/dead-letters?state=all&before=" + (letter + 1))
                  .at("/letters/0/mark/deed")
                  .asText())
          .isEqualTo("DROPPED");
    }
  }

  private static long letter(String step, String topic, int partition, long offset, String value) {
    DeadLetter letter =
        new DeadLetter(step, "cannot", topic, partition, offset, CUSTOMER, value, Instant.now());
    return stage.produce(stage.topics.name(Topic.DEAD_LETTERS), CUSTOMER, Json.write(letter));
  }

  private static void awaitLetter(long letter) {
    await()
        .atMost(ConsoleStage.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(stage.get("api/dead-letters").toString())
                    .contains("\"letter\":" + letter + ","));
  }
}
