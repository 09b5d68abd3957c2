package app.goalgpt.connectors.ledger;

import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.QualifyingStatuses;
import app.goalgpt.settings.Settings;
import java.time.Duration;
import java.util.List;

/**
 * What the ledger is told.
 *
 * @param batch most decisions settled in one transaction
 * @param qualifyingStatuses the statuses from which a referral reaches tier 2
 * @param databasePatience how long a start waits for a database that does not answer; a ledger that
 *     runs waits without end
 */
public record LedgerConfig(
    KafkaConfig kafka,
    DatabaseConfig database,
    AppTables tables,
    int batch,
    List<String> qualifyingStatuses,
    Duration databasePatience) {

  public LedgerConfig {
    qualifyingStatuses = List.copyOf(qualifyingStatuses);
  }

  /**
   * Reads LEDGER_BATCH (1000), REFERRAL_QUALIFYING_STATUSES ({@code completed}), DATABASE_PATIENCE
   * (1m) and what names the broker, the database and its tables.
   */
  public static LedgerConfig from(Settings settings) {
    return new LedgerConfig(
        KafkaConfig.from(settings),
        DatabaseConfig.from(settings),
        AppTables.from(settings),
        settings.integer("LEDGER_BATCH", 1000, 1, 10_000),
        QualifyingStatuses.from(settings),
        DatabaseConfig.patience(settings));
  }
}
