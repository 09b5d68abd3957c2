package app.goalgpt.connectors.run;

import app.goalgpt.connectors.database.Statements;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.RunProgress;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * Job runs in the database: the shares as they were reported, and from them one row of
 * job_execution_logs per run, and a campaign's row and what came of each of its texts. What is
 * written follows from the newest report of each share alone, so reports may come twice, late and
 * in any order.
 *
 * <p>Connections do not commit by themselves; every method that writes commits.
 */
public final class RunLog {
  private record Column(String type, Function<RunProgress, Object> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("uuid", RunProgress::runId),
          new Column("text", RunProgress::job),
          new Column("timestamptz", report -> report.plannedAt().toString()),
          new Column("int4", RunProgress::partition),
          new Column("int4", RunProgress::partitions),
          new Column("int8", RunProgress::sequence),
          new Column("text", report -> report.state().name()),
          new Column("int8", RunProgress::items),
          new Column("int8", RunProgress::succeeded),
          new Column("int8", RunProgress::failed),
          new Column("text", RunProgress::error),
          new Column("timestamptz", report -> report.startedAt().toString()),
          new Column("timestamptz", report -> report.reportedAt().toString()),
          new Column("jsonb", RunLog::variants));

  private final String lock;
  private final String putShares;
  private final String writeRuns;
  private final String writeCampaigns;
  private final String writeVariants;
  private final String openRuns;
  private final String giveUp;
  private final String forget;
  private final String share;

  public RunLog(AppTables tables) {
    this.lock = statement("lock_runs.sql", tables);
    this.putShares = statement("put_shares.sql", tables);
    this.writeRuns = statement("write_runs.sql", tables);
    this.writeCampaigns = statement("write_campaigns.sql", tables);
    this.writeVariants = statement("write_variants.sql", tables);
    this.openRuns = statement("open_runs.sql", tables);
    this.giveUp = statement("give_up.sql", tables);
    this.forget = statement("forget_shares.sql", tables);
    this.share = statement("share.sql", tables);
  }

  private static String variants(RunProgress report) {
    return report.variants() == null
        ? null
        : new String(Json.write(report.variants()), StandardCharsets.UTF_8);
  }

  private static String statement(String file, AppTables tables) {
    return Statements.read(RunLog.class, file, tables);
  }

  /**
   * Takes reports in.
   *
   * @return the rows of job_execution_logs that changed by it
   */
  List<RunChange> take(Connection connection, List<RunProgress> reports) throws SQLException {
    Object[] runs = reports.stream().map(RunProgress::runId).distinct().toArray();
    return inTransaction(
        connection,
        () -> {
          lock(connection, runs);
          try (PreparedStatement put = connection.prepareStatement(putShares)) {
            int parameter = 1;
            for (Column column : COLUMNS) {
              Object[] values = reports.stream().map(column.value()).toArray();
              put.setArray(parameter++, connection.createArrayOf(column.type(), values));
            }
            put.executeUpdate();
          }
          return write(connection, runs);
        });
  }

  /**
   * Closes runs as failed for want of reports; those that have ended meanwhile stay as they are.
   *
   * @return the rows of job_execution_logs that changed by it
   */
  List<RunChange> giveUp(
      Connection connection, Collection<UUID> runIds, Instant now, Duration patience)
      throws SQLException {
    Object[] runs = runIds.toArray();
    return inTransaction(
        connection,
        () -> {
          lock(connection, runs);
          try (PreparedStatement close = connection.prepareStatement(giveUp)) {
            close.setObject(1, now.atOffset(ZoneOffset.UTC));
            close.setString(2, words(patience));
            close.setArray(3, connection.createArrayOf("uuid", runs));
            close.executeUpdate();
          }
          return write(connection, runs);
        });
  }

  /** Such as 15m or 1h30m. */
  private static String words(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  /**
   * Runs that have neither ended nor been given up, each with a number that every report raises.
   */
  Map<UUID, BigDecimal> open(Connection connection) throws SQLException {
    Map<UUID, BigDecimal> open = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(openRuns);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        open.put(row.getObject(1, UUID.class), row.getBigDecimal(2));
      }
    } finally {
      connection.rollback();
    }
    return open;
  }

  /** Forgets the shares of runs so old that no report of them can come any more. */
  int forget(Connection connection, Instant before) throws SQLException {
    return inTransaction(
        connection,
        () -> {
          try (PreparedStatement delete = connection.prepareStatement(forget)) {
            delete.setObject(1, before.atOffset(ZoneOffset.UTC));
            return delete.executeUpdate();
          }
        });
  }

  /**
   * What is known of a run that one process works off.
   *
   * @param sequence of the newest report, -1 when there was none
   * @param done whether it ended well
   * @param begunAt when an attempt that did not end was begun, null when there is none
   */
  record Share(long sequence, boolean done, Instant begunAt) {}

  Share share(Connection connection, UUID runId) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(share)) {
      select.setObject(1, runId);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        OffsetDateTime begunAt = row.getObject(3, OffsetDateTime.class);
        return new Share(
            row.getLong(1), row.getBoolean(2), begunAt == null ? null : begunAt.toInstant());
      }
    } finally {
      connection.rollback();
    }
  }

  private void lock(Connection connection, Object[] runs) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(lock)) {
      statement.setArray(1, connection.createArrayOf("uuid", runs));
      statement.execute();
    }
  }

  private List<RunChange> write(Connection connection, Object[] runs) throws SQLException {
    List<RunChange> changes = new ArrayList<>();
    try (PreparedStatement rows = connection.prepareStatement(writeRuns);
        PreparedStatement campaigns = connection.prepareStatement(writeCampaigns);
        PreparedStatement variants = connection.prepareStatement(writeVariants)) {
      rows.setArray(1, connection.createArrayOf("uuid", runs));
      rows.setArray(2, connection.createArrayOf("uuid", runs));
      try (ResultSet row = rows.executeQuery()) {
        while (row.next()) {
          changes.add(
              new RunChange(
                  row.getObject(1, UUID.class),
                  row.getString(2),
                  row.getString(3),
                  row.getInt(4),
                  row.getString(5),
                  row.getObject(6, Integer.class),
                  row.getString(7)));
        }
      }
      campaigns.setArray(1, connection.createArrayOf("uuid", runs));
      campaigns.setString(2, RunProgress.CAMPAIGN);
      campaigns.executeUpdate();
      variants.setArray(1, connection.createArrayOf("uuid", runs));
      variants.executeUpdate();
    }
    return changes;
  }

  private interface Steps<T> {
    T run() throws SQLException;
  }

  private static <T> T inTransaction(Connection connection, Steps<T> steps) throws SQLException {
    try {
      T result = steps.run();
      connection.commit();
      return result;
    } catch (SQLException | RuntimeException e) {
      try {
        connection.rollback();
      } catch (SQLException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }
}
