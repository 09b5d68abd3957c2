package app.goalgpt.topology.customer;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.change.Change;
import app.goalgpt.topology.change.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What each table's rows say about their customer (SPEC, "The app's tables"), as a table. */
public final class FactReader {
  /** FCM's have a few hundred; a stored text may have 65,535 bytes (CustomerSerde). */
  private static final int LONGEST_TOKEN = 4096;

  private static final int LONGEST_NAME = 35;

  private static final Set<String> COMMENT_STATUSES =
      Set.of("active", "hidden", "deleted", "flagged");
  private static final Set<String> SUBSCRIPTION_STATUSES = Set.of("active", "expired", "cancelled");
  private static final Set<String> RESULTS = Set.of("pending", "won", "lost", "void");

  /** The column that says when the customer did what the row tells of. */
  private static final Map<AppTable, String> ACTIVITY =
      Map.of(
          AppTable.MATCH_COMMENTS, "created_at",
          AppTable.CUSTOMER_DAILY_REWARDS, "claimed_at",
          AppTable.CUSTOMER_OAUTH_IDENTITIES, "last_login_at");

  private FactReader() {}

  /**
   * @throws MalformedMessageException naming the column that is not as it should be
   */
  public static Fact read(Change change) {
    Row row = change.row();
    boolean present = change.version().present();
    return switch (change.table()) {
      case CUSTOMER_USERS -> new Fact.Profiled(present ? profile(row) : null);
      case CUSTOMER_XP -> new Fact.Ranked(present ? standing(row) : null);
      case CUSTOMER_CREDITS ->
          new Fact.Credited(
              present ? new Credits(row.count("balance"), row.count("lifetime_earned")) : null);
      case CUSTOMER_OAUTH_IDENTITIES ->
          new Fact.LoggedIn(row.uuid("id"), present ? login(row) : null);
      case SUBSCRIPTIONS -> new Fact.Subscribed(row.uuid("id"), present ? subscription(row) : null);
      case CUSTOMER_PUSH_TOKENS ->
          new Fact.Reachable(row.uuid("id"), present && row.flag("is_active") ? device(row) : null);
      case CUSTOMER_DAILY_REWARDS -> new Fact.Claimed(row.uuid("id"), present ? claim(row) : null);
      case CUSTOMER_BADGES ->
          new Fact.HasBadge(row.uuid("id"), present ? row.uuid("badge_id") : null);
      case REFERRALS -> new Fact.WasReferred(present ? referral(row) : null);
      case MATCH_COMMENTS ->
          new Fact.Counted(
              Fact.Kind.COMMENT, row.uuid("id"), present ? comment(row) : Tallies.NONE);
      case TS_PREDICTION_MAPPED ->
          new Fact.Counted(
              Fact.Kind.PREDICTION, row.uuid("id"), present ? prediction(row) : Tallies.NONE);
      default -> throw new IllegalArgumentException("no facts in " + change.table());
    };
  }

  /**
   * When the customer did what the row tells of, by the row's own word: a snapshot says the same as
   * the stream did. Rows that others move (XP, credits, a prediction's result) and those without a
   * time of the customer's own (a prediction's purchase) say nothing. Nor does a time that cannot
   * be read: it costs nobody the fact.
   */
  public static Optional<Instant> activity(Change change) {
    String column = ACTIVITY.get(change.table());
    if (column == null || !change.version().present()) {
      return Optional.empty();
    }
    try {
      return change.row().optionalInstant(column);
    } catch (MalformedMessageException e) {
      return Optional.empty();
    }
  }

  /** The tables of which {@link #activity} knows. */
  public static Set<AppTable> tablesOfActivity() {
    return ACTIVITY.keySet();
  }

  private static Profile profile(Row row) {
    boolean pushAllowed =
        row.isNull("is_push_allowed_mobile") || row.flag("is_push_allowed_mobile"); // default true
    return new Profile(
        !row.isNull("deleted_at"), pushAllowed, shortText(row, "locale_preference").orElse(null));
  }

  private static Standing standing(Row row) {
    Level level =
        Level.named(row.text("level"))
            .orElseThrow(() -> row.malformed("level", "one of " + Level.names()));
    return new Standing(
        level,
        row.count("current_streak_days"),
        row.count("xp_points"),
        row.date("last_activity_date").orElse(null));
  }

  private static Device device(Row row) {
    return new Device(
        row.secret("fcm_token", LONGEST_TOKEN), shortText(row, "platform").orElse(""));
  }

  private static Claim claim(Row row) {
    long day = row.number("day_number");
    if (day < 1 || day > 7) {
      throw row.malformed("day_number", "1 to 7");
    }
    LocalDate date =
        row.date("reward_date").orElseThrow(() -> row.malformed("reward_date", "a date"));
    return new Claim(date, (int) day);
  }

  /** An unlinked identity is no login. */
  private static Instant login(Row row) {
    return row.isNull("deleted_at") ? row.instant("last_login_at").orElse(null) : null;
  }

  private static Subscription subscription(Row row) {
    String status = oneOf(row, "status", SUBSCRIPTION_STATUSES);
    return new Subscription(status.equals("active"), row.instant("expired_at").orElse(null));
  }

  private static Referral referral(Row row) {
    long tier = row.number("tier");
    if (tier < 1 || tier > 3) {
      throw row.malformed("tier", "1, 2 or 3");
    }
    return new Referral(
        row.uuid("id"),
        row.uuid("referrer_user_id"),
        (int) tier,
        row.text("status"),
        row.instant("expires_at").orElse(null));
  }

  private static Tallies comment(Row row) {
    boolean counts =
        oneOf(row, "status", COMMENT_STATUSES).equals("active") && row.isNull("deleted_at");
    int likes = row.count("like_count");
    return counts ? Tallies.comment(likes) : Tallies.NONE;
  }

  /** A result of null is pending. */
  private static Tallies prediction(Row row) {
    if (row.isNull("result")) {
      return Tallies.NONE;
    }
    return switch (oneOf(row, "result", RESULTS)) {
      case "won" -> Tallies.prediction(true);
      case "lost" -> Tallies.prediction(false);
      default -> Tallies.NONE;
    };
  }

  /** A name; one so long that it can be none says nothing. */
  private static Optional<String> shortText(Row row, String column) {
    return row.optionalText(column).filter(text -> text.length() <= LONGEST_NAME);
  }

  private static String oneOf(Row row, String column, Set<String> allowed) {
    String value = row.text(column);
    if (!allowed.contains(value)) {
      throw row.malformed(
          column, "one of " + String.join(", ", allowed.stream().sorted().toList()));
    }
    return value;
  }
}
