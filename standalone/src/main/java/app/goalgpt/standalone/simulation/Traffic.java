package app.goalgpt.standalone.simulation;

import app.goalgpt.standalone.simulation.Action.Kind;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What customers do, one action after another: an endless, deterministic sequence. It knows the
 * population and what it did itself, never what the database says, so that two runs with one seed
 * say the same statements. {@link TrafficDriver} carries them out.
 *
 * <p>No row that proves something is ever deleted, so that an audit can ask for every proof.
 *
 * <p>For one thread; {@link #names} may be read by others.
 */
public final class Traffic {
  private static final int LATEST = 5_000;

  /** The actions at which the next of the badges that wait for it is published. */
  private static final List<Long> PUBLISH_AT = List.of(200L, 600L);

  private final Population population;
  private final Clock clock;
  private final List<Partner> partners;
  private final Seeded seeded;
  private final SplittableRandom random;
  private final Iterator<Customer> neverLoggedIn;
  private final Iterator<Customer> streaks;
  private final Iterator<Badge> unpublished;
  private final List<UUID> waiting = new ArrayList<>();
  private final List<UUID> newcomers = new ArrayList<>();
  private final List<UUID> notSubscribed = new ArrayList<>();
  private final List<Owned> comments = new ArrayList<>();
  private final List<Owned> hidden = new ArrayList<>();
  private final List<Owned> predictions = new ArrayList<>();
  private final List<Owned> subscriptions = new ArrayList<>();
  private final Map<UUID, String> names = new ConcurrentHashMap<>();
  private final Map<UUID, Partner> broughtBy = new HashMap<>();
  private long number;

  /** A row that is some customer's. */
  private record Owned(UUID id, UUID customer) {}

  /**
   * @param run 0 for the first traffic after the population was loaded; each run has ids of its own
   * @param clock what time the app takes it to be, in the zone in which it counts days
   */
  public Traffic(Population population, int run, Clock clock) {
    this.clock = clock;
    this.partners = population.partners();
    this.population = population;
    this.seeded = new Seeded(population.plan().seed() + 31L * (run + 1));
    this.random = seeded.random("traffic", 0);
    this.neverLoggedIn =
        population.customers().filter(c -> !c.loggedIn() && !c.deleted()).iterator();
    this.streaks = population.customers().filter(c -> c.isActive() && !c.kept()).iterator();
    this.unpublished = BadgeCatalogue.all().stream().filter(b -> !b.active()).iterator();
    population.customers().forEach(c -> names.put(c.id(), c.fullName()));
  }

  /** Full names by customer id, of those who sign up as well. */
  public Map<UUID, String> names() {
    return names;
  }

  public Action next() {
    number++;
    if (PUBLISH_AT.contains(number) && unpublished.hasNext()) {
      return publish(unpublished.next());
    }
    return switch (Kind.drawn(random.nextInt(Kind.totalWeight()))) {
      case COMMENT_WRITTEN -> writeComment();
      case COMMENT_LIKED -> likeComment();
      case COMMENT_HIDDEN -> hideComment();
      case COMMENT_RESTORED -> restoreComment();
      case COMMENT_SOFT_DELETED -> softDeleteComment();
      case SIGNED_UP_BY_REFERRAL -> signUp();
      case FIRST_LOGIN -> firstLogin();
      case STREAK_KEPT -> keepStreak();
      case PREDICTION_BOUGHT -> buyPrediction();
      case PREDICTION_SETTLED -> settlePrediction();
      case SUBSCRIBED -> subscribe();
      case SUBSCRIPTION_ENDED -> endSubscription();
      case AD_WATCHED -> watchAd();
      case MATCH_XP_EARNED -> earnXp();
      case PUSHES_SWITCHED -> switchPushes();
      case CUSTOMER_LEFT -> leave();
      case BADGE_PUBLISHED -> throw new IllegalStateException("is not drawn");
    };
  }

  private Action writeComment() {
    UUID author = anybody();
    UUID comment = id("comment");
    comments.add(new Owned(comment, author));
    if (comments.size() > LATEST) {
      comments.remove(0);
    }
    return action(
        Kind.COMMENT_WRITTEN,
        author,
        Sql.of(
            "INSERT INTO match_comments (id, customer_user_id, match_id, content) VALUES (?, ?, ?, ?)",
            comment,
            author,
            Names.match(random),
            Names.remark(random)));
  }

  private Action likeComment() {
    if (comments.isEmpty()) {
      return writeComment();
    }
    // What is popular gets more popular: the same few comments are liked again and again.
    int place = (int) (comments.size() * Math.pow(random.nextDouble(), 4));
    UUID comment = comments.get(place).id();
    UUID liker = anybody();
    return action(
        Kind.COMMENT_LIKED,
        liker,
        Sql.of(
            """
            WITH liked AS (
              INSERT INTO match_comment_likes (id, comment_id, customer_user_id)
              SELECT ?::uuid, c.id, ?::uuid FROM match_comments c WHERE c.id = ?
              ON CONFLICT (comment_id, customer_user_id) DO NOTHING
              RETURNING comment_id)
            UPDATE match_comments c SET like_count = c.like_count + 1 FROM liked WHERE c.id = liked.comment_id
            """,
            id("like"),
            liker,
            comment));
  }

  private Action hideComment() {
    if (comments.isEmpty()) {
      return writeComment();
    }
    Owned comment = comments.get(random.nextInt(comments.size()));
    hidden.add(comment);
    return onComment(
        Kind.COMMENT_HIDDEN,
        comment,
        "UPDATE match_comments SET status = 'hidden' WHERE id = ? AND status = 'active'");
  }

  private Action restoreComment() {
    if (hidden.isEmpty()) {
      return writeComment();
    }
    return onComment(
        Kind.COMMENT_RESTORED,
        hidden.remove(random.nextInt(hidden.size())),
        "UPDATE match_comments SET status = 'active' WHERE id = ? AND status = 'hidden'");
  }

  private Action softDeleteComment() {
    return comments.isEmpty()
        ? writeComment()
        : onComment(
            Kind.COMMENT_SOFT_DELETED,
            comments.remove(random.nextInt(comments.size())),
            "UPDATE match_comments SET status = 'deleted', deleted_at = now() WHERE id = ? AND deleted_at IS NULL");
  }

  private Action onComment(Kind kind, Owned comment, String sql) {
    return action(kind, comment.customer(), Sql.of(sql, comment.id()));
  }

  private Action signUp() {
    UUID customer = id("customer");
    Partner partner =
        random.nextInt(4) == 0 && !partners.isEmpty()
            ? partners.get(random.nextInt(partners.size()))
            : null;
    UUID referrer = partner == null ? anybody() : partner.customerId();
    if (partner != null) {
      broughtBy.put(customer, partner);
    }
    String name = Names.person(random);
    names.put(customer, name);
    waiting.add(customer);
    List<Sql> statements = new ArrayList<>();
    statements.add(
        Sql.of(
            "INSERT INTO customer_users (id, email, full_name, locale_preference) VALUES (?, ?, ?, ?)",
            customer,
            "customer-" + customer + "@example.com",
            name,
            Names.locale(name)));
    statements.add(
        Sql.of("INSERT INTO customer_xp (id, customer_user_id) VALUES (?, ?)", id("xp"), customer));
    statements.add(
        Sql.of(
            "INSERT INTO customer_credits (id, customer_user_id) VALUES (?, ?)",
            id("credits"),
            customer));
    statements.add(xp(customer, 50, "signup_bonus"));
    statements.add(credits(customer, 20, "signup_bonus"));
    statements.add(
        Sql.of(
            "INSERT INTO customer_push_tokens (id, customer_user_id, fcm_token, device_id) VALUES (?, ?, ?, ?)",
            id("token"),
            customer,
            PopulationRows.token(customer, 0),
            "device-" + customer));
    statements.add(
        Sql.of(
            """
            INSERT INTO referrals (id, referrer_user_id, referred_user_id, referral_code, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, greatest(?, now()) + interval '30 days')
            """,
            id("referral"),
            referrer,
            customer,
            partner == null ? Population.referralCode(referrer) : partner.code(),
            now(),
            now()));
    return new Action(number, Kind.SIGNED_UP_BY_REFERRAL, customer, statements);
  }

  private Action firstLogin() {
    UUID customer;
    if (!waiting.isEmpty() && random.nextInt(4) != 0) {
      customer = waiting.remove(random.nextInt(waiting.size()));
      newcomers.add(customer);
      notSubscribed.add(customer);
    } else if (neverLoggedIn.hasNext()) {
      customer = neverLoggedIn.next().id();
      notSubscribed.add(customer);
    } else {
      return signUp();
    }
    return action(
        Kind.FIRST_LOGIN,
        customer,
        Sql.of(
            """
            INSERT INTO customer_oauth_identities (id, customer_user_id, provider, last_login_at)
            VALUES (?, ?, ?, now()) ON CONFLICT (customer_user_id, provider) DO NOTHING
            """,
            id("identity"),
            customer,
            random.nextBoolean() ? "google" : "apple"));
  }

  /** The first login of the day: the streak goes on, and the daily reward is claimed. */
  private Action keepStreak() {
    if (!streaks.hasNext()) {
      return earnXp();
    }
    Customer customer = streaks.next();
    int day = 1 + customer.streak() % 7;
    int reward = PopulationRows.DAILY_CREDITS.get(day - 1);
    return action(
        Kind.STREAK_KEPT,
        customer.id(),
        Sql.of(
            "UPDATE customer_oauth_identities SET last_login_at = now() WHERE customer_user_id = ? AND deleted_at IS NULL",
            customer.id()),
        Sql.of(
            """
            UPDATE customer_xp c
            SET current_streak_days = s.days,
                longest_streak_days = greatest(c.longest_streak_days, s.days),
                last_activity_date = s.today
            FROM (SELECT customer_user_id, t.today,
                         CASE WHEN last_activity_date = t.today - 1 THEN current_streak_days + 1
                              WHEN last_activity_date = t.today THEN current_streak_days
                              ELSE 1 END AS days
                  FROM customer_xp, (SELECT ?::date AS today) t WHERE customer_user_id = ? FOR UPDATE OF customer_xp) s
            WHERE c.customer_user_id = s.customer_user_id
            """,
            today(),
            customer.id()),
        Sql.of(
            """
            INSERT INTO customer_daily_rewards (id, customer_user_id, reward_date, day_number, reward_type, reward_amount)
            VALUES (?, ?, ?, ?, 'credits', ?) ON CONFLICT (customer_user_id, reward_date) DO NOTHING
            """,
            id("daily-reward"),
            customer.id(),
            today(),
            day,
            reward),
        credits(customer.id(), reward, "daily_reward"),
        xp(customer.id(), 10, "daily_login"));
  }

  private Action buyPrediction() {
    UUID customer = anybody();
    UUID prediction = id("prediction");
    predictions.add(new Owned(prediction, customer));
    return action(
        Kind.PREDICTION_BOUGHT,
        customer,
        Sql.of(
            "INSERT INTO ts_prediction_mapped (id, purchased_by_user_id, result) VALUES (?, ?, NULL)",
            prediction,
            customer),
        credits(customer, -5, "prediction_purchase"));
  }

  private Action settlePrediction() {
    if (predictions.isEmpty()) {
      return buyPrediction();
    }
    Owned prediction = predictions.remove(random.nextInt(predictions.size()));
    boolean won = random.nextInt(10) < 6;
    List<Sql> statements = new ArrayList<>();
    statements.add(
        Sql.of(
            "UPDATE ts_prediction_mapped SET result = ? WHERE id = ? AND result IS NULL",
            won ? "won" : "lost",
            prediction.id()));
    if (won) {
      statements.add(xp(prediction.customer(), 25, "correct_prediction"));
    }
    return new Action(number, Kind.PREDICTION_SETTLED, prediction.customer(), statements);
  }

  private Action subscribe() {
    boolean invited = !notSubscribed.isEmpty() && random.nextInt(4) != 0;
    UUID customer =
        invited ? notSubscribed.remove(random.nextInt(notSubscribed.size())) : anybody();
    UUID subscription = id("subscription");
    Partner partner = broughtBy.get(customer);
    subscriptions.add(new Owned(subscription, customer));
    return action(
        Kind.SUBSCRIBED,
        customer,
        Sql.of(
            """
            INSERT INTO subscriptions (id, customer_user_id, status, platform, amount, currency, referral_code,
                                       partner_id, started_at, created_at, expired_at)
            SELECT ?::uuid, ?::uuid, 'active', ?, 99.99, 'TRY', ?::text, ?::uuid, t.now, t.now,
                   greatest(t.now, now()) + interval '30 days'
            FROM (SELECT ?::timestamptz AS now) t
            """,
            subscription,
            customer,
            random.nextBoolean() ? "ios" : "android",
            partner == null ? null : partner.code(),
            partner == null ? null : partner.id(),
            now()));
  }

  private Action endSubscription() {
    if (subscriptions.isEmpty()) {
      return subscribe();
    }
    Owned subscription = subscriptions.remove(random.nextInt(subscriptions.size()));
    return action(
        Kind.SUBSCRIPTION_ENDED,
        subscription.customer(),
        Sql.of(
            "UPDATE subscriptions SET status = 'expired', expired_at = ?, updated_at = now() WHERE id = ?",
            now(),
            subscription.id()));
  }

  private Action watchAd() {
    UUID customer = anybody();
    return action(
        Kind.AD_WATCHED,
        customer,
        Sql.of(
            """
            INSERT INTO customer_ad_views (id, customer_user_id, ad_network, ad_type, reward_amount, completed_at)
            VALUES (?, ?, 'admob', 'rewarded', 5, now())
            """,
            id("ad-view"),
            customer),
        credits(customer, 5, "ad_reward"));
  }

  private Action earnXp() {
    UUID customer = anybody();
    return action(
        Kind.MATCH_XP_EARNED, customer, xp(customer, 10 * (1 + random.nextInt(10)), "match_day"));
  }

  private Action switchPushes() {
    UUID customer = anybody();
    return action(
        Kind.PUSHES_SWITCHED,
        customer,
        Sql.of(
            "UPDATE customer_users SET is_push_allowed_mobile = ? WHERE id = ?",
            random.nextBoolean(),
            customer));
  }

  private Action leave() {
    if (newcomers.isEmpty()) {
      return switchPushes();
    }
    UUID customer = newcomers.remove(random.nextInt(newcomers.size()));
    return action(
        Kind.CUSTOMER_LEFT,
        customer,
        Sql.of(
            "UPDATE customer_users SET deleted_at = now(), is_active = false WHERE id = ?",
            customer));
  }

  private Action publish(Badge badge) {
    return action(
        Kind.BADGE_PUBLISHED,
        badge.id(),
        Sql.of("UPDATE badges SET is_active = true, updated_at = now() WHERE id = ?", badge.id()));
  }

  /** Somebody who uses the app: one of the newcomers as often as one of the old customers. */
  private UUID anybody() {
    if (!newcomers.isEmpty() && random.nextBoolean()) {
      return newcomers.get(random.nextInt(newcomers.size()));
    }
    Customer customer;
    do {
      customer = population.customer(random.nextInt(population.plan().customers()));
    } while (!customer.isActive());
    return customer.id();
  }

  private Sql xp(UUID customer, int amount, String type) {
    return AppStatements.xp(
        id("xp-transaction"), customer, amount, type, id("level-credit-transaction"));
  }

  private Sql credits(UUID customer, int amount, String type) {
    return AppStatements.credits(id("credit-transaction/" + type), customer, amount, type);
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private LocalDate today() {
    return LocalDate.now(clock);
  }

  private UUID id(String kind) {
    return seeded.id("traffic/" + kind, number);
  }

  private Action action(Kind kind, UUID customer, Sql... statements) {
    return new Action(number, kind, customer, List.of(statements));
  }
}
