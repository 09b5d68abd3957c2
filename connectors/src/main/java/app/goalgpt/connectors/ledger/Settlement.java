package app.goalgpt.connectors.ledger;

import app.goalgpt.connectors.database.Statements;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Decision;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Settles decisions in the app's tables, each exactly once, as SPEC ("Rewards, as they happen")
 * says: plain JDBC, one or two round trips and a commit for a batch of any size ({@code
 * settle.sql}, and {@code unlocks.sql} when badges are in it). Safe to use from several threads,
 * each with its own connection.
 */
public final class Settlement {
  /**
   * What a connection must be told before it settles. The statements are written so that every
   * lookup has one good plan; the planner must not trade it for a scan because a table was small or
   * unknown when the plan was made, and must not plan anew each time (that costs more than settling
   * one reward). The time limits keep a ledger that hangs from holding up the app, and a row that
   * the app keeps locked from holding up other rewards.
   */
  public static final String SESSION =
      "SET plan_cache_mode = force_generic_plan; SET jit = off; SET enable_seqscan = off;"
          + " SET enable_bitmapscan = off; SET enable_mergejoin = off; SET enable_nestloop = off;"
          + " SET lock_timeout = '500ms'; SET idle_in_transaction_session_timeout = '60s'";

  private final String settle;
  private final String lockCustomers;
  private final String vip;
  private final String unlocks;
  private final String[] qualifyingStatuses;

  /**
   * @param qualifyingStatuses the statuses from which a referral reaches tier 2
   */
  public Settlement(AppTables tables, Collection<String> qualifyingStatuses) {
    this.settle = Statements.read(Settlement.class, "settle.sql", tables);
    this.lockCustomers = Statements.read(Settlement.class, "lock_customers.sql", tables);
    this.vip = Statements.read(Settlement.class, "vip.sql", tables);
    this.unlocks = Statements.read(Settlement.class, "unlocks.sql", tables);
    this.qualifyingStatuses = qualifyingStatuses.toArray(String[]::new);
  }

  /** Makes a fresh connection ready for {@link #settle}. */
  public static void prepareSession(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(SESSION);
    }
    connection.setAutoCommit(false);
  }

  /**
   * Settles what the tables agree to, as if one after the other, and commits. All in one
   * transaction; where a reward or a referral comes again, another one begins.
   *
   * @param connection prepared by {@link #prepareSession}, not in a transaction; it is not in one
   *     afterwards
   * @throws SQLException when the database refuses the batch; what was committed before stays, and
   *     is refused as already settled when the batch is tried again
   */
  public Outcome settle(Connection connection, List<Decision> decisions) throws SQLException {
    List<Decision> settled = new ArrayList<>(decisions.size());
    List<Outcome.Refused> refused = new ArrayList<>();
    try {
      int first = 0;
      for (List<Decision> wave : waves(decisions)) {
        settleAtOnce(connection, wave, first, settled, refused);
        connection.commit();
        first += wave.size();
      }
    } catch (SQLException | RuntimeException e) {
      rollBack(connection, e);
      throw e;
    }
    return new Outcome(settled, refused);
  }

  /**
   * Settles nothing, in order to see that every table, column and privilege is there, and to have
   * the plans made before the first reward waits for them.
   */
  public void check(Connection connection) throws SQLException {
    try {
      settleAtOnce(connection, List.of(), 0, new ArrayList<>(), new ArrayList<>());
      extendVip(connection, new TreeMap<>());
      countUnlocks(connection, new TreeMap<>());
    } finally {
      connection.rollback();
    }
  }

  private static void rollBack(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /** Cuts the list where a reward, or a referral, comes again. */
  private static List<List<Decision>> waves(List<Decision> decisions) {
    List<List<Decision>> waves = new ArrayList<>();
    Set<UUID> seen = new HashSet<>();
    int start = 0;
    for (int i = 0; i < decisions.size(); i++) {
      UUID subject =
          decisions.get(i) instanceof Decision.ReferralTier tier
              ? tier.referralId()
              : decisions.get(i).rewardId();
      if (!seen.add(subject)) {
        waves.add(decisions.subList(start, i));
        start = i;
        seen = new HashSet<>(Set.of(subject));
      }
    }
    waves.add(decisions.subList(start, decisions.size()));
    return waves;
  }

  private void settleAtOnce(
      Connection connection,
      List<Decision> decisions,
      int first,
      List<Decision> settled,
      List<Outcome.Refused> refused)
      throws SQLException {
    SortedMap<UUID, Integer> vipDays = new TreeMap<>();
    SortedMap<UUID, Integer> unlocked = new TreeMap<>();
    try (PreparedStatement statement = connection.prepareStatement(settle)) {
      DecisionArrays.bind(statement, decisions, qualifyingStatuses);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          int place = row.getInt(1) - 1;
          Decision decision = decisions.get(place);
          String refusal = row.getString(2);
          if (refusal != null) {
            refused.add(new Outcome.Refused(decision, first + place, Refusal.of(refusal)));
            continue;
          }
          settled.add(decision);
          if (decision instanceof Decision.BadgeUnlock badge) {
            unlocked.merge(badge.badgeId(), 1, Integer::sum);
            if (row.getInt(3) > 0) {
              vipDays.merge(badge.customerId(), row.getInt(3), Math::addExact);
            }
          }
        }
      }
    }
    if (!vipDays.isEmpty()) {
      extendVip(connection, vipDays);
    }
    if (!unlocked.isEmpty()) {
      countUnlocks(connection, unlocked);
    }
  }

  /**
   * In statements of their own, because what is read must be younger than the locks; few badges
   * give VIP time.
   */
  private void extendVip(Connection connection, SortedMap<UUID, Integer> days) throws SQLException {
    Object customers = connection.createArrayOf("uuid", days.keySet().toArray());
    try (PreparedStatement lock = connection.prepareStatement(lockCustomers);
        PreparedStatement extend = connection.prepareStatement(vip)) {
      lock.setObject(1, customers);
      lock.execute();
      extend.setObject(1, customers);
      extend.setObject(2, connection.createArrayOf("int4", days.values().toArray()));
      extend.executeUpdate();
    }
  }

  private void countUnlocks(Connection connection, SortedMap<UUID, Integer> unlocked)
      throws SQLException {
    Object badges = connection.createArrayOf("uuid", unlocked.keySet().toArray());
    try (PreparedStatement count = connection.prepareStatement(unlocks)) {
      count.setObject(1, badges);
      count.setObject(2, badges);
      count.setObject(3, connection.createArrayOf("int4", unlocked.values().toArray()));
      count.executeUpdate();
    }
  }
}
