package app.goalgpt.standalone.simulation;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The app's customers and what they did before this system came: every balance is the sum of its
 * transactions, levels and streaks fit, and no reward of this system is among it, so that a first
 * start finds much to settle. Two populations of one plan are equal, row by row.
 */
public final class Population {
  /** How long ago the first customer joined. */
  static final Duration HISTORY = Duration.ofDays(300);

  private static final double MOST_ENGAGED = 9;
  private final Plan plan;
  private final Seeded seeded;

  /**
   * @param customers how many, at least 10
   * @param commentsPerCustomer on average
   * @param now when the history ends
   * @param zone the business time zone, in which the app counts days
   */
  public record Plan(
      int customers, double commentsPerCustomer, long seed, Instant now, ZoneId zone) {
    public Plan {
      if (customers < 10) {
        throw new IllegalArgumentException("a population has at least 10 customers");
      }
    }
  }

  public Population(Plan plan) {
    this.plan = plan;
    this.seeded = new Seeded(plan.seed());
  }

  public Plan plan() {
    return plan;
  }

  /**
   * Writes everybody into empty tables of the app by COPY, as a superuser: millions of foreign keys
   * are not checked one by one, for the rows are made to fit. The caller commits.
   *
   * @param progress told how many more rows were written, now and then
   */
  public void load(Connection connection, LongConsumer progress) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET session_replication_role = replica");
      new PopulationRows(this, connection, progress).write();
      statement.execute("RESET session_replication_role");
    }
  }

  /** About how many rows {@link #load} writes. */
  public long expectedRows() {
    return (long) (plan.customers() * (16 + 1.6 * plan.commentsPerCustomer()));
  }

  public Stream<Customer> customers() {
    return IntStream.range(0, plan.customers()).mapToObj(this::customer);
  }

  /**
   * @param number from 0
   */
  public Customer customer(int number) {
    SplittableRandom random = seeded.random("customer", number);
    String name = Names.person(random);
    boolean loggedIn = random.nextDouble() >= 0.10;
    boolean deleted = random.nextDouble() < 0.01;
    boolean pushAllowed = random.nextDouble() >= 0.05;
    double engagement = loggedIn ? Math.min(exponential(random), MOST_ENGAGED) : 0;
    int comments = count(engagement * exponential(random) * plan.commentsPerCustomer());
    int predictions = count(6 * engagement * exponential(random));
    double skill = 0.35 + 0.5 * random.nextDouble();
    int xp = 50 + 5 * count(60 * engagement * engagement);
    int streak = random.nextDouble() < 0.4 ? 0 : count(4 * engagement * exponential(random));
    boolean kept = random.nextDouble() < 0.3;
    boolean invited = number > 0 && random.nextDouble() < 0.35;
    double early = random.nextDouble();
    return new Customer(
        number,
        id(number),
        name,
        Names.locale(name),
        plan.now().minus(HISTORY).plus(HISTORY.dividedBy(plan.customers()).multipliedBy(number)),
        loggedIn,
        deleted,
        pushAllowed,
        comments,
        predictions,
        skill,
        xp,
        streak,
        kept && streak > 0,
        invited ? (int) (number * early * early) : -1);
  }

  /** Customers who bring others by a code of their own. */
  List<Partner> partners() {
    List<Customer> active =
        customers().filter(Customer::isActive).limit(Names.partners().size()).toList();
    return IntStream.range(0, active.size())
        .mapToObj(
            i ->
                new Partner(
                    seeded.id("partner", i),
                    active.get(i).id(),
                    Names.partners().get(i),
                    "PARTNER" + i))
        .toList();
  }

  UUID id(int number) {
    return seeded.id("customer", number);
  }

  Seeded seeded() {
    return seeded;
  }

  static String referralCode(UUID customer) {
    return "GG" + customer.toString().substring(24).toUpperCase(Locale.ROOT);
  }

  /** Exponentially distributed with mean 1. */
  private static double exponential(SplittableRandom random) {
    return -Math.log(1 - random.nextDouble());
  }

  private static int count(double many) {
    return (int) Math.round(many);
  }
}
