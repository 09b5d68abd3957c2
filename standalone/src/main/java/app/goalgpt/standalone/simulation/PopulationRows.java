package app.goalgpt.standalone.simulation;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.LongConsumer;

/** The rows of a {@link Population}, table by table, parents first. */
final class PopulationRows {
  private static final String AMOUNT = "99.99";

  /** How long ago the app last heard of a phone, at most: some are older than a cleanup keeps. */
  private static final Duration OLDEST_TOKEN = Duration.ofDays(95);

  private static final List<String> PROVIDERS = List.of("google", "apple", "phone");

  /** The app's credits for the seven days of the daily reward. */
  static final List<Integer> DAILY_CREDITS = List.of(10, 15, 20, 25, 30, 40, 100);

  private final Population population;
  private final Seeded seeded;
  private final List<Partner> partners;
  private final Instant now;
  private final LocalDate today;
  private final Connection connection;
  private final LongConsumer progress;

  PopulationRows(Population population, Connection connection, LongConsumer progress) {
    this.population = population;
    this.seeded = population.seeded();
    this.partners = population.partners();
    this.now = population.plan().now();
    this.today = LocalDate.ofInstant(now, population.plan().zone());
    this.connection = connection;
    this.progress = progress;
  }

  void write() throws SQLException {
    table(
        "customer_users",
        "id, email, full_name, locale_preference, is_active,"
            + " is_push_allowed_mobile, created_at, deleted_at",
        this::user);
    table(
        "customer_oauth_identities",
        "id, customer_user_id, provider, last_login_at, created_at",
        this::identity);
    table(
        "customer_push_tokens",
        "id, customer_user_id, fcm_token, platform, device_id, is_active, created_at, updated_at",
        this::tokens);
    partners();
    table(
        "referrals",
        "id, referrer_user_id, referred_user_id, referral_code, status, tier,"
            + " created_at, expires_at",
        this::referral);
    table(
        "subscriptions",
        "id, customer_user_id, status, platform, amount, currency, referral_code,"
            + " partner_id, started_at, expired_at, created_at",
        this::subscription);
    table(
        "customer_xp",
        "id, customer_user_id, xp_points, level, level_progress, total_earned,"
            + " current_streak_days, longest_streak_days, last_activity_date, next_level_xp,"
            + " achievements_count",
        this::xp);
    table(
        "customer_xp_transactions",
        "id, customer_user_id, xp_amount, transaction_type, description, created_at",
        this::xpTransactions);
    table(
        "customer_credits",
        "id, customer_user_id, balance, lifetime_earned, lifetime_spent",
        this::credits);
    table(
        "customer_credit_transactions",
        "id, customer_user_id, amount, transaction_type,"
            + " balance_before, balance_after, created_at",
        this::creditTransactions);
    table(
        "ts_prediction_mapped", "id, purchased_by_user_id, result, created_at", this::predictions);
    table(
        "customer_daily_rewards",
        "id, customer_user_id, reward_date, day_number, reward_type, reward_amount",
        this::dailyRewards);
    table(
        "match_comments",
        "id, customer_user_id, match_id, content, like_count, status, created_at, deleted_at",
        this::comments);
    table("match_comment_likes", "id, comment_id, customer_user_id, created_at", this::likes);
  }

  private interface RowsOf {
    void write(Customer customer, SplittableRandom random, CopyRows rows) throws IOException;
  }

  private void table(String table, String columns, RowsOf rowsOf) throws SQLException {
    try (CopyRows rows = CopyRows.into(connection, table, columns, progress)) {
      for (int number = 0; number < population.plan().customers(); number++) {
        rowsOf.write(population.customer(number), seeded.random(table, number), rows);
      }
    } catch (IOException e) {
      throw new SQLException("cannot fill " + table + ": " + e.getMessage(), e);
    }
  }

  private void user(Customer customer, SplittableRandom random, CopyRows rows) throws IOException {
    rows.row(
        customer.id(),
        customer.email(),
        customer.fullName(),
        customer.locale(),
        !customer.deleted(),
        customer.pushAllowed(),
        customer.joinedAt(),
        customer.deleted() ? between(random, customer.joinedAt()) : null);
  }

  private void identity(Customer customer, SplittableRandom random, CopyRows rows)
      throws IOException {
    if (!customer.loggedIn()) {
      return;
    }
    int identities = random.nextInt(10) == 0 ? 2 : 1;
    int first = random.nextInt(PROVIDERS.size());
    for (int i = 0; i < identities; i++) {
      rows.row(
          seeded.id("identity", customer.number(), i),
          customer.id(),
          PROVIDERS.get((first + i) % PROVIDERS.size()),
          between(random, customer.joinedAt()),
          customer.joinedAt());
    }
  }

  private void tokens(Customer customer, SplittableRandom random, CopyRows rows)
      throws IOException {
    int devices = random.nextInt(10) == 0 ? 0 : random.nextInt(6) == 0 ? 2 : 1;
    for (int i = 0; i < devices; i++) {
      String platform = random.nextInt(3) == 0 ? "ios" : "android";
      rows.row(
          seeded.id("token", customer.number(), i),
          customer.id(),
          token(customer.id(), i),
          platform,
          "device-" + customer.number() + "-" + i,
          random.nextInt(20) != 0,
          customer.joinedAt(),
          heardOf(customer, random));
    }
  }

  private Instant heardOf(Customer customer, SplittableRandom random) {
    Instant heard = now.minusSeconds(random.nextLong(OLDEST_TOKEN.toSeconds()));
    return heard.isBefore(customer.joinedAt()) ? customer.joinedAt() : heard;
  }

  /** A registration token of the simulated phones: it says whose it is. */
  static String token(UUID customer, int device) {
    return "demo:" + customer + ":" + device;
  }

  private void partners() throws SQLException {
    String columns =
        "id, customer_user_id, business_name, email, status, commission_rate, referral_code";
    try (CopyRows rows = CopyRows.into(connection, "partners", columns, progress)) {
      for (Partner partner : partners) {
        String email = partner.code().toLowerCase(Locale.ROOT) + "@example.com";
        rows.row(
            partner.id(),
            partner.customerId(),
            partner.name(),
            email,
            "approved",
            20,
            partner.code());
      }
    } catch (IOException e) {
      throw new SQLException("cannot fill partners: " + e.getMessage(), e);
    }
  }

  private void referral(Customer customer, SplittableRandom random, CopyRows rows)
      throws IOException {
    if (customer.referrer() < 0) {
      return;
    }
    UUID referrer = population.id(customer.referrer());
    int kind = random.nextInt(20);
    Instant expires = customer.joinedAt().plus(kind < 2 ? Duration.ZERO : Duration.ofDays(365));
    rows.row(
        seeded.id("referral", customer.number()),
        referrer,
        customer.id(),
        Population.referralCode(referrer),
        kind == 0 ? "expired" : kind == 2 ? "pending" : "completed",
        1,
        customer.joinedAt(),
        kind > 10 ? null : expires);
  }

  private void subscription(Customer customer, SplittableRandom random, CopyRows rows)
      throws IOException {
    int kind = random.nextInt(100);
    if (!customer.loggedIn() || kind >= 22) {
      return;
    }
    boolean active = kind < 12;
    int draw = random.nextInt(20);
    Partner partner = draw < partners.size() ? partners.get(draw) : null;
    Instant started = between(random, customer.joinedAt());
    Instant ends = active ? now.plus(left(random)) : between(random, started);
    rows.row(
        seeded.id("subscription", customer.number()),
        customer.id(),
        active ? "active" : kind < 20 ? "expired" : "cancelled",
        random.nextInt(3) == 0 ? "ios" : "android",
        random.nextInt(4) == 0 ? null : AMOUNT,
        "TRY",
        partner == null ? null : partner.code(),
        partner == null ? null : partner.id(),
        started,
        kind % 4 == 0 && active ? null : ends,
        started);
  }

  /**
   * What is left of a subscription that is active: of most, as they run by the month, a few days.
   */
  private static Duration left(SplittableRandom random) {
    boolean soon = random.nextInt(3) > 0;
    return Duration.ofHours(soon ? 72 + random.nextInt(36) : 150 + random.nextInt(1200));
  }

  private void xp(Customer customer, SplittableRandom random, CopyRows rows) throws IOException {
    XpLevel level = XpLevel.of(customer.xp());
    String progress =
        level.isTop()
            ? "100"
            : String.format(
                Locale.ROOT,
                "%.2f",
                100.0 * (customer.xp() - level.from) / (level.next().from - level.from));
    rows.row(
        seeded.id("xp", customer.number()),
        customer.id(),
        customer.xp(),
        level.sqlName(),
        progress,
        customer.xp(),
        customer.streak(),
        customer.streak() + random.nextInt(5),
        lastActivity(customer),
        level.isTop() ? null : level.next().from,
        level.ordinal());
  }

  /** Null for those who never did anything; without a streak it was days ago. */
  private LocalDate lastActivity(Customer customer) {
    if (!customer.loggedIn()) {
      return null;
    }
    if (customer.streak() > 0) {
      return customer.kept() ? today : today.minusDays(1);
    }
    return today.minusDays(2 + seeded.random("lapse", customer.number()).nextInt(12));
  }

  private void xpTransactions(Customer customer, SplittableRandom random, CopyRows rows)
      throws IOException {
    List<String> types = List.of("daily_login", "match_comment", "correct_prediction");
    int parts = 1 + Math.min(5, customer.xp() / 200);
    int left = customer.xp();
    for (int i = 0; i < parts; i++) {
      int amount = i == parts - 1 ? left : customer.xp() / parts;
      left -= amount;
      rows.row(
          seeded.id("xp-transaction", customer.number(), i),
          customer.id(),
          amount,
          i == 0 ? "signup_bonus" : types.get(random.nextInt(types.size())),
          "history",
          between(random, customer.joinedAt()));
    }
  }

  private record CreditMove(String type, int amount) {}

  /** What moved the customer's credits, in order; never below zero on the way. */
  private List<CreditMove> creditMoves(Customer customer) {
    SplittableRandom random = seeded.random("credit-moves", customer.number());
    List<CreditMove> moves = new ArrayList<>();
    moves.add(new CreditMove("signup_bonus", 20));
    int balance = 20;
    int rounds = customer.loggedIn() ? 1 + Math.min(6, customer.xp() / 150) : 0;
    for (int i = 0; i < rounds; i++) {
      boolean spends = balance >= 30 && random.nextInt(3) == 0;
      int amount = spends ? -25 : 5 * (1 + random.nextInt(12));
      moves.add(new CreditMove(spends ? "prediction_purchase" : "ad_reward", amount));
      balance += amount;
    }
    for (XpLevel level : XpLevel.values()) {
      if (level.credits > 0 && customer.xp() >= level.from) {
        moves.add(new CreditMove("promotional", level.credits));
      }
    }
    return moves;
  }

  private void credits(Customer customer, SplittableRandom random, CopyRows rows)
      throws IOException {
    int earned = creditMoves(customer).stream().mapToInt(m -> Math.max(0, m.amount())).sum();
    int spent = creditMoves(customer).stream().mapToInt(m -> Math.max(0, -m.amount())).sum();
    rows.row(seeded.id("credits", customer.number()), customer.id(), earned - spent, earned, spent);
  }

  private void creditTransactions(Customer customer, SplittableRandom random, CopyRows rows)
      throws IOException {
    int balance = 0;
    int step = 0;
    for (CreditMove move : creditMoves(customer)) {
      rows.row(
          seeded.id("credit-transaction", customer.number(), step),
          customer.id(),
          move.amount(),
          move.type(),
          balance,
          balance + move.amount(),
          customer.joinedAt().plusSeconds(step));
      balance += move.amount();
      step++;
    }
  }

  private void predictions(Customer customer, SplittableRandom random, CopyRows rows)
      throws IOException {
    for (int i = 0; i < customer.predictions(); i++) {
      int kind = random.nextInt(50);
      String settled = random.nextDouble() < customer.skill() ? "won" : "lost";
      rows.row(
          prediction(customer, i),
          kind == 0 ? null : customer.id(),
          kind == 1 ? "void" : kind == 2 ? "pending" : kind == 3 ? null : settled,
          between(random, customer.joinedAt()));
    }
  }

  private UUID prediction(Customer customer, int index) {
    return seeded.id("prediction", customer.number(), index);
  }

  /** One a day as long as the streak; who has none claimed one when they were here last. */
  private void dailyRewards(Customer customer, SplittableRandom random, CopyRows rows)
      throws IOException {
    LocalDate last = lastActivity(customer);
    int claims = last == null ? 0 : Math.max(1, Math.min(customer.streak(), 7));
    for (int i = 0; i < claims; i++) {
      int day = 1 + Math.max(0, customer.streak() - 1 - i) % 7;
      rows.row(
          seeded.id("daily-reward", customer.number(), i),
          customer.id(),
          last.minusDays(i),
          day,
          "credits",
          DAILY_CREDITS.get(day - 1));
    }
  }

  private void comments(Customer customer, SplittableRandom random, CopyRows rows)
      throws IOException {
    for (int i = 0; i < customer.comments(); i++) {
      int kind = random.nextInt(40);
      Instant written = between(random, customer.joinedAt());
      rows.row(
          comment(customer.number(), i),
          customer.id(),
          Names.match(random),
          Names.remark(random),
          likeCount(customer.number(), i),
          kind == 0 ? "hidden" : kind == 1 ? "deleted" : kind == 2 ? "flagged" : "active",
          written,
          kind == 1 || kind == 3 ? now : null);
    }
  }

  UUID comment(int customer, int index) {
    return seeded.id("comment", customer, index);
  }

  /** Most comments have no like, some have many. */
  private int likeCount(int customer, int index) {
    int draw = seeded.random("likes/" + index, customer).nextInt(100);
    int most = Math.min(25, population.plan().customers() / 2);
    return draw < 75 ? 0 : draw < 99 ? 1 + (draw - 75) / 8 : most;
  }

  private void likes(Customer customer, SplittableRandom random, CopyRows rows) throws IOException {
    int everybody = population.plan().customers();
    for (int i = 0; i < customer.comments(); i++) {
      int from = random.nextInt(everybody);
      int likes = likeCount(customer.number(), i);
      for (int like = 0; like < likes; like++) {
        rows.row(
            seeded.id("like/" + like, customer.number(), i),
            comment(customer.number(), i),
            population.id((from + like) % everybody),
            now);
      }
    }
  }

  /** Some moment since then, to the second. */
  private Instant between(SplittableRandom random, Instant since) {
    return since.plusSeconds(
        random.nextLong(Math.max(1, now.getEpochSecond() - since.getEpochSecond())));
  }
}
