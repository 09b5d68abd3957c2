package app.goalgpt.connectors.audit;

import app.goalgpt.settings.QualifyingStatuses;
import app.goalgpt.settings.Settings;
import java.util.List;

/**
 * What the audit is told.
 *
 * @param qualifyingStatuses the statuses from which a referral reaches tier 2
 * @param wholeHistory whether no row that proves something was ever deleted (transactions,
 *     comments, predictions, referrals, identities, subscriptions; archived transactions are read):
 *     only then do balances have to equal the sums of their transactions, and does every badge have
 *     to be proved by rows
 */
public record AuditConfig(List<String> qualifyingStatuses, boolean wholeHistory) {
  public AuditConfig {
    qualifyingStatuses = List.copyOf(qualifyingStatuses);
  }

  /** Reads REFERRAL_QUALIFYING_STATUSES ({@code completed}) and AUDIT_WHOLE_HISTORY (true). */
  public static AuditConfig from(Settings settings) {
    return new AuditConfig(
        QualifyingStatuses.from(settings), settings.flag("AUDIT_WHOLE_HISTORY", true));
  }
}
