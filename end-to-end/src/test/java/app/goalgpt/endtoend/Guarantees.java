package app.goalgpt.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.RewardId;
import app.goalgpt.messages.Topic;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The guarantees. */
final class Guarantees {
  static final List<Guarantee> ALL =
      List.of(
          Guarantees::nobodyGaveUp,
          Guarantees::everyRowIsOnItsTopic,
          Guarantees::nothingIsSetAside,
          Guarantees::everySettledRewardIsAnnouncedOnce,
          Guarantees::everySettledRewardIsPushed,
          Guarantees::noPushIsMadeTwice,
          Guarantees::everyBalanceIsTheSumOfItsTransactions,
          Guarantees::theAuditPasses);

  /** Customers and badges whose numbers do not add up, in words; and the ledger, as a whole. */
  private static final String SUMS =
      """
      SELECT 'credits of ' || c.customer_user_id FROM customer_credits c
      WHERE balance <> (SELECT coalesce(sum(amount), 0) FROM customer_credit_transactions t
                        WHERE t.customer_user_id = c.customer_user_id)
         OR balance <> lifetime_earned - lifetime_spent
      UNION ALL
      SELECT 'XP of ' || x.customer_user_id FROM customer_xp x
      WHERE xp_points <> (SELECT coalesce(sum(xp_amount), 0) FROM customer_xp_transactions t
                          WHERE t.customer_user_id = x.customer_user_id)
      UNION ALL
      SELECT 'unlocks of ' || slug FROM badges b
      WHERE total_unlocks <> (SELECT count(*) FROM customer_badges WHERE badge_id = b.id)
      UNION ALL
      SELECT 'credits of the ledger' WHERE
        (SELECT coalesce(sum(credits + referred_credits + level_credits), 0) FROM reward_ledger) <>
        (SELECT coalesce(sum(amount), 0) FROM customer_credit_transactions WHERE description IS DISTINCT FROM 'app')
      UNION ALL
      SELECT 'XP of the ledger' WHERE
        (SELECT coalesce(sum(xp), 0) FROM reward_ledger) <>
        (SELECT coalesce(sum(xp_amount), 0) FROM customer_xp_transactions WHERE description IS DISTINCT FROM 'app')""";

  /** Every push that FCM may accept, with the devices of today. */
  private static final String PUSHES =
      """
      WITH told AS (
        SELECT id AS reward, customer_user_id AS customer, settled_at FROM reward_ledger
        UNION ALL
        SELECT id, referred_user_id, settled_at FROM reward_ledger WHERE kind = 'referral_tier')
      SELECT told.reward, told.customer, t.fcm_token
      FROM told
      JOIN customer_users u ON u.id = told.customer
      JOIN customer_push_tokens t ON t.customer_user_id = told.customer
      WHERE u.deleted_at IS NULL AND coalesce(u.is_push_allowed_mobile, true) AND t.is_active
        AND t.created_at < told.settled_at""";

  private static final String REWARDS =
      """
      SELECT id, customer_user_id, referred_user_id FROM reward_ledger""";

  private static final Set<String> JSON_COLUMNS = Set.of("unlock_condition", "segment_filter");

  private Guarantees() {}

  static void check(Deployment deployment) {
    ALL.forEach(guarantee -> guarantee.check(deployment));
  }

  private static void nobodyGaveUp(Deployment deployment) {
    assertThat(deployment.givenUp()).as("parts that ended by themselves").isEmpty();
  }

  private static void everyBalanceIsTheSumOfItsTransactions(Deployment deployment) {
    assertThat(deployment.column(SUMS)).as("what does not add up").isEmpty();
  }

  private static void theAuditPasses(Deployment deployment) {
    int status = deployment.audit();
    assertThat(status).as(() -> "goalgpt audit: " + text(deployment)).isZero();
  }

  private static String text(Deployment deployment) {
    try {
      return Files.readString(deployment.log("audit"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest version of every row on its topic is the row, and a row that is gone is gone. */
  private static void everyRowIsOnItsTopic(Deployment deployment) {
    for (AppTable table : AppTable.values()) {
      if (table.isCaptured() && table != AppTable.REWARD_LEDGER) {
        assertThat(onTopic(deployment, table))
            .as("rows of %s, by the newest version on their topic", table.specName())
            .containsExactlyInAnyOrderEntriesOf(inTable(deployment, table));
      }
    }
  }

  private static Map<String, Map<String, String>> inTable(Deployment deployment, AppTable table) {
    Map<String, Map<String, String>> rows = new HashMap<>();
    String sql =
        "SELECT %s FROM %s".formatted(String.join(", ", comparable(table)), table.specName());
    try (Connection connection = deployment.outside().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        Map<String, String> values = new TreeMap<>();
        for (String column : comparable(table)) {
          Object value = row.getObject(column);
          values.put(column, value instanceof Date date ? days(date) : String.valueOf(value));
        }
        rows.put(values.get("id"), values);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
    return rows;
  }

  /** A date travels as days since 1970. */
  private static String days(Date date) {
    return Long.toString(date.toLocalDate().toEpochDay());
  }

  /** Columns whose text is the same in SQL and in JSON. */
  private static List<String> comparable(AppTable table) {
    return table.capturedColumns().stream()
        .filter(column -> !column.endsWith("_at") && !JSON_COLUMNS.contains(column))
        .toList();
  }

  private static Map<String, Map<String, String>> onTopic(Deployment deployment, AppTable table) {
    Map<String, Long> newest = new HashMap<>();
    Map<String, Map<String, String>> rows = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        Records.of(deployment.outside(), deployment.topics().changes(table))) {
      JsonNode change = json(record.value());
      boolean gone = change.path("after").isNull() || change.path("after").isMissingNode();
      JsonNode row = gone ? change.path("before") : change.path("after");
      String id = row.path("id").asText();
      long lsn = change.path("source").path("lsn").asLong();
      if (lsn < newest.getOrDefault(id, 0L)) {
        continue;
      }
      newest.put(id, lsn);
      if (gone) {
        rows.remove(id);
      } else {
        Map<String, String> values = new TreeMap<>();
        comparable(table).forEach(column -> values.put(column, row.path(column).asText()));
        rows.put(id, values);
      }
    }
    return rows;
  }

  /** But for the rule that is made to be bad. */
  private static void nothingIsSetAside(Deployment deployment) {
    List<DeadLetter> letters = new ArrayList<>();
    for (var record :
        Records.of(deployment.outside(), deployment.topics().name(Topic.DEAD_LETTERS))) {
      DeadLetter letter = Json.read(record.value(), DeadLetter.class);
      if (!letter.step().equals("topology.badge-rule")) {
        letters.add(letter);
      }
    }
    assertThat(letters).as("dead letters").isEmpty();
  }

  private static void everySettledRewardIsAnnouncedOnce(Deployment deployment) {
    List<String> announced = new ArrayList<>();
    for (Topic topic : List.of(Topic.BADGE_UNLOCKED, Topic.REFERRAL_TIER_REACHED)) {
      for (var record : Records.of(deployment.outside(), deployment.topics().name(topic))) {
        announced.add(json(record.value()).path("rewardId").asText());
      }
    }
    assertThat(announced)
        .as("reward ids on the public topics")
        .containsExactlyInAnyOrderElementsOf(deployment.column("SELECT id FROM reward_ledger"));
  }

  /**
   * Whoever has a device and earned something is told; nobody is told of what was not settled, jobs
   * and campaigns apart. (A notifier killed between FCM's answer and its own note of it may say it
   * again, under the same collapse key.)
   */
  private static void everySettledRewardIsPushed(Deployment deployment) {
    Set<String> accepted = new HashSet<>(deployment.outside().pushes());
    Set<String> due = new HashSet<>();
    Set<String> allowed = new HashSet<>();
    try (Connection connection = deployment.outside().connect();
        Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery(PUSHES)) {
        while (row.next()) {
          UUID push = RewardId.push(row.getObject(1, UUID.class), row.getObject(2, UUID.class));
          due.add(push + " " + row.getString(3));
        }
      }
      try (ResultSet row = statement.executeQuery(REWARDS)) {
        while (row.next()) {
          for (int beneficiary = 2; beneficiary <= 3; beneficiary++) {
            UUID customer = row.getObject(beneficiary, UUID.class);
            if (customer != null) {
              allowed.add(RewardId.push(row.getObject(1, UUID.class), customer).toString());
            }
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    due.removeAll(accepted);
    assertThat(sample(due)).as("pushes of settled rewards that FCM never accepted").isEmpty();
    pushes(deployment)
        .filter(push -> push.lane() != Push.Lane.REWARD)
        .forEach(push -> allowed.add(push.id().toString()));
    accepted.removeIf(push -> allowed.contains(push.split(" ")[0]));
    assertThat(sample(accepted)).as("pushes of rewards that nobody settled").isEmpty();
  }

  private static void noPushIsMadeTwice(Deployment deployment) {
    Set<UUID> made = new HashSet<>();
    Set<UUID> twice = new HashSet<>();
    pushes(deployment)
        .map(Push::id)
        .forEach(
            id -> {
              if (!made.add(id)) {
                twice.add(id);
              }
            });
    assertThat(sample(twice)).as("ids of pushes that were made more than once").isEmpty();
  }

  private static Stream<Push> pushes(Deployment deployment) {
    return Arrays.stream(Push.Lane.values())
        .map(lane -> deployment.topics().name(Topic.pushes(lane)))
        .flatMap(topic -> Records.of(deployment.outside(), topic).stream())
        .map(record -> Json.read(record.value(), Push.class));
  }

  /** Enough of what is wrong to look into it. */
  static List<String> sample(Set<?> wrong) {
    List<String> sample = new ArrayList<>(wrong.stream().limit(5).map(String::valueOf).toList());
    if (wrong.size() > sample.size()) {
      sample.add("… of " + wrong.size());
    }
    return sample;
  }

  static JsonNode json(byte[] value) {
    try {
      return Json.MAPPER.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
