package app.goalgpt.standalone.simulation;

import java.util.UUID;

/**
 * What the app's backend says to its database. Balances move by increments, each with its
 * transaction row, in one statement.
 */
final class AppStatements {
  /** ?1 id of the transaction, ?2 customer, ?3 amount, ?4 type, ?5 where the credits come from. */
  private static final String CREDITS =
      """
      WITH asked AS (SELECT ?::uuid AS id, ?::uuid AS customer, ?::int AS amount, ?::text AS type),
      moved AS (
        UPDATE customer_credits c
        SET balance = c.balance + a.amount,
            lifetime_earned = c.lifetime_earned + greatest(a.amount, 0),
            lifetime_spent = c.lifetime_spent + greatest(-a.amount, 0),
            updated_at = now()
        FROM asked a
        WHERE c.customer_user_id = a.customer AND c.balance + a.amount >= 0
        RETURNING c.balance)
      INSERT INTO customer_credit_transactions
        (id, customer_user_id, amount, transaction_type, description, balance_before, balance_after)
      SELECT a.id, a.customer, a.amount, a.type, 'app', m.balance - a.amount, m.balance FROM asked a, moved m
      """;

  private static final String XP =
      """
      WITH asked AS (SELECT ?::uuid AS id, ?::uuid AS customer, ?::int AS amount, ?::text AS type, ?::uuid AS bonus_id),
      moved AS (
        UPDATE customer_xp c
        SET xp_points = c.xp_points + a.amount,
            total_earned = c.total_earned + a.amount,
            level = %s,
            level_progress = %s,
            next_level_xp = %s,
            achievements_count = c.achievements_count + %s,
            updated_at = now()
        FROM asked a
        WHERE c.customer_user_id = a.customer
        RETURNING c.xp_points - a.amount AS points_before, c.xp_points AS points_after),
      bonus AS (SELECT %s AS credits FROM moved),
      paid AS (
        UPDATE customer_credits c
        SET balance = c.balance + b.credits, lifetime_earned = c.lifetime_earned + b.credits, updated_at = now()
        FROM asked a, bonus b
        WHERE c.customer_user_id = a.customer AND b.credits > 0
        RETURNING c.balance),
      paid_transaction AS (
        INSERT INTO customer_credit_transactions
          (id, customer_user_id, amount, transaction_type, description, balance_before, balance_after)
        SELECT a.bonus_id, a.customer, b.credits, 'promotional', 'app: level reached', p.balance - b.credits, p.balance
        FROM asked a, bonus b, paid p)
      INSERT INTO customer_xp_transactions (id, customer_user_id, xp_amount, transaction_type, description)
      SELECT a.id, a.customer, a.amount, a.type, 'app' FROM asked a, moved m
      """
          .formatted(
              byNewPoints(level -> "'" + level.sqlName() + "'"),
              byNewPoints(AppStatements::progress),
              byNewPoints(level -> level.isTop() ? "NULL" : String.valueOf(level.next().from)),
              XpLevel.passed("c.xp_points", "(c.xp_points + a.amount)", level -> "1"),
              XpLevel.passed(
                  "points_before", "points_after", level -> String.valueOf(level.credits)));

  private AppStatements() {}

  /** Moves a customer's credits up, or down where the balance allows it. */
  static Sql credits(UUID transaction, UUID customer, int amount, String type) {
    return Sql.of(CREDITS, transaction, customer, amount, type);
  }

  /** Adds XP, and the credits of every level that it passes. */
  static Sql xp(UUID transaction, UUID customer, int amount, String type, UUID bonusTransaction) {
    return Sql.of(XP, transaction, customer, amount, type, bonusTransaction);
  }

  private static String byNewPoints(java.util.function.Function<XpLevel, String> value) {
    return XpLevel.byPoints("(c.xp_points + a.amount)", value);
  }

  private static String progress(XpLevel level) {
    return level.isTop()
        ? "100"
        : "round(100.0 * (c.xp_points + a.amount - %d) / %d, 2)"
            .formatted(level.from, level.next().from - level.from);
  }
}
