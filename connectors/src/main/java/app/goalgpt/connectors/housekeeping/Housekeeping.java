package app.goalgpt.connectors.housekeeping;

import app.goalgpt.connectors.run.DatabaseJob;
import app.goalgpt.messages.Job;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;

/** The cleanup jobs, for the runner of jobs. */
public final class Housekeeping {
  private Housekeeping() {}

  /**
   * Both jobs. They need the archive tables of the migrations, and hold nothing while they do not
   * run.
   */
  public static Map<Job, DatabaseJob> jobs(HousekeepingConfig config, MeterRegistry registry) {
    Map<Retention, Removal> archived = new LinkedHashMap<>();
    Retention.ARCHIVED.forEach(
        retention -> archived.put(retention, new Archival(config.tables(), retention)));
    Map<Retention, Removal> tokens =
        Map.of(Retention.PUSH_TOKENS, new TokenDeletion(config.tables()));
    return Map.of(
        Job.DEAD_TOKEN_CLEANUP, new Cleanup(config, tokens, registry),
        Job.OLD_LOGS_CLEANUP, new Cleanup(config, archived, registry));
  }
}
