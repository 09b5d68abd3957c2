package app.goalgpt.connectors.housekeeping;

import app.goalgpt.connectors.database.TimedConnections;
import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.connectors.run.DatabaseJob;
import app.goalgpt.connectors.run.Progress;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.Tick;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cleanup job: one table after the other, each on a connection of its own. A table that cannot be
 * cleaned fails the run in the end; the others are cleaned all the same.
 *
 * <p>When a run is begun again in this process, it goes on where it was, and its count with it.
 */
final class Cleanup implements DatabaseJob {
  private static final Logger log = LoggerFactory.getLogger(Cleanup.class);

  private final HousekeepingConfig config;
  private final Map<Retention, Removal> removals;
  private final MeterRegistry registry;
  private final TimedConnections timed;
  private UUID runId;
  private final Map<AppTable, Share> shares = new LinkedHashMap<>();

  /** What a run has come to in one table. */
  private static final class Share {
    private long bytesBefore = -1;
    private long removed;
    private boolean done;
    private Exception failure;
  }

  Cleanup(HousekeepingConfig config, Map<Retention, Removal> removals, MeterRegistry registry) {
    this.config = config;
    this.removals = new LinkedHashMap<>(removals);
    this.registry = registry;
    this.timed = new TimedConnections("housekeeping", registry);
    for (Retention retention : removals.keySet()) {
      registry.counter("goalgpt.housekeeping.rows", "table", retention.table().specName());
      registry.counter(
          "goalgpt.housekeeping.reclaimed.bytes", "table", retention.table().specName());
    }
  }

  @Override
  public long run(Tick tick, Progress progress) throws SQLException {
    if (!tick.runId().equals(runId)) {
      runId = tick.runId();
      shares.clear();
      removals.keySet().forEach(retention -> shares.put(retention.table(), new Share()));
    }
    for (Retention retention : removals.keySet()) {
      if (!shares.get(retention.table()).done) {
        clean(tick, retention, progress);
      }
    }
    raiseFailures();
    return items();
  }

  private long items() {
    return shares.values().stream().mapToLong(share -> share.removed).sum();
  }

  /** Cleans a table. A failure that has to do with the table is kept, any other one thrown. */
  private void clean(Tick tick, Retention retention, Progress progress) throws SQLException {
    Share share = shares.get(retention.table());
    share.failure = null;
    try (Connection connection = timed.of(Session.open(config))) {
      try {
        clean(connection, tick, retention, share, progress);
        share.done = true;
      } catch (IllegalStateException e) {
        share.failure = e;
      } catch (SQLException e) {
        if (!connection.isValid(5)) {
          throw e;
        }
        share.failure = e;
      }
    }
    if (share.failure != null) {
      log.warn(
          "{}: {} cannot be cleaned: {}",
          tick.job(),
          config.tables().table(retention.table()),
          Trouble.line(share.failure));
    }
  }

  private void clean(
      Connection connection, Tick tick, Retention retention, Share share, Progress progress)
      throws SQLException {
    AppTable table = retention.table();
    String name = config.tables().table(table);
    Removal removal = removals.get(retention);
    Relation relation = new Relation(config.tables(), table);
    OffsetDateTime cutoff =
        tick.plannedAt().minus(config.retention().get(table)).atOffset(ZoneOffset.UTC);
    if (share.bytesBefore < 0) {
      share.bytesBefore = relation.bytes(connection);
    }
    long left =
        new TableCleanup(config.tables(), retention, removal, config.batch(), config.pause())
            .run(connection, cutoff, gone -> removed(table, share, gone, progress));
    if (share.removed > 0) {
      relation
          .vacuum(connection)
          .ifPresent(why -> log.warn("{}: {} was not vacuumed: {}", tick.job(), name, why));
    }
    long bytes = relation.bytes(connection);
    long reclaimed = Math.max(0, share.bytesBefore - bytes);
    registry
        .counter("goalgpt.housekeeping.reclaimed.bytes", "table", table.specName())
        .increment(reclaimed);
    log.info(
        "{}: {} rows of {} from before {} {}; bytes reclaimed: {} (now {}){}",
        tick.job(),
        share.removed,
        name,
        cutoff.toInstant(),
        removal.report(connection),
        reclaimed,
        bytes,
        left == 0 ? "" : "; left for the next run, locked or just changed: " + left);
  }

  private void removed(AppTable table, Share share, long rows, Progress progress) {
    share.removed += rows;
    registry.counter("goalgpt.housekeeping.rows", "table", table.specName()).increment(rows);
    progress.items(items());
  }

  private void raiseFailures() throws SQLException {
    List<Exception> failures = new ArrayList<>();
    shares.values().forEach(share -> failures.add(share.failure));
    failures.removeIf(failure -> failure == null);
    if (failures.isEmpty()) {
      return;
    }
    String message =
        shares.entrySet().stream()
            .filter(share -> share.getValue().failure != null)
            .map(
                share ->
                    "%s: %s"
                        .formatted(
                            config.tables().table(share.getKey()),
                            Trouble.line(share.getValue().failure)))
            .collect(Collectors.joining("; "));
    for (Exception failure : failures) {
      if (failure instanceof SQLException e && Trouble.passes(e)) {
        throw new SQLException(message, e.getSQLState());
      }
    }
    throw new IllegalStateException(message);
  }
}
