package app.goalgpt.connectors.ledger;

import app.goalgpt.messages.Decision;
import app.goalgpt.messages.Decision.BadgeUnlock;
import app.goalgpt.messages.Decision.ReferralTier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** The parameters of {@code settle.sql}: one array per column, one element per decision. */
final class DecisionArrays {
  private record Column(String type, Function<Decision, Object> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("uuid", Decision::rewardId),
          column("uuid", BadgeUnlock::customerId, ReferralTier::referrerId),
          column("uuid", BadgeUnlock::badgeId, referral -> null),
          column("text", BadgeUnlock::condition, referral -> null),
          column("text", BadgeUnlock::value, referral -> null),
          column("uuid", badge -> null, ReferralTier::referralId),
          column("int4", badge -> null, ReferralTier::tier),
          column("uuid", badge -> null, ReferralTier::referredId),
          new Column("text", decision -> decision.cause().table()),
          new Column("text", decision -> decision.cause().rowId()),
          new Column("int8", decision -> decision.cause().lsn()),
          new Column("timestamptz", decision -> decision.cause().committedAt().toString()),
          new Column("timestamptz", decision -> decision.decidedAt().toString()));

  private DecisionArrays() {}

  private static Column column(
      String type, Function<BadgeUnlock, Object> badge, Function<ReferralTier, Object> referral) {
    return new Column(
        type,
        decision ->
            decision instanceof BadgeUnlock unlock
                ? badge.apply(unlock)
                : referral.apply((ReferralTier) decision));
  }

  /** Binds the decisions, and after them the qualifying statuses in both places that ask. */
  static void bind(
      PreparedStatement statement, List<Decision> decisions, String[] qualifyingStatuses)
      throws SQLException {
    Connection connection = statement.getConnection();
    int parameter = 1;
    for (Column column : COLUMNS) {
      Object[] values = decisions.stream().map(column.value()).toArray();
      statement.setArray(parameter++, connection.createArrayOf(column.type(), values));
    }
    statement.setArray(parameter++, connection.createArrayOf("text", qualifyingStatuses));
    statement.setArray(parameter, connection.createArrayOf("text", qualifyingStatuses));
  }
}
