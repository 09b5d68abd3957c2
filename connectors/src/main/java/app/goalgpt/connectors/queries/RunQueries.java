package app.goalgpt.connectors.queries;

import app.goalgpt.messages.AppTables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Job runs, newest first. */
public final class RunQueries {
  private static final String COLUMNS =
      """
      l.{job_execution_logs.id} AS id, l.{job_execution_logs.job_name} AS job,
      l.{job_execution_logs.started_at} AS started_at, l.{job_execution_logs.completed_at} AS completed_at,
      l.{job_execution_logs.status} AS status, l.{job_execution_logs.items_processed} AS items,
      l.{job_execution_logs.duration_ms} AS duration_ms, l.{job_execution_logs.error_message} AS error
      """;

  private static final String RECENT =
      """
      SELECT r.* FROM unnest(?::text[]) j (name) CROSS JOIN LATERAL (
          SELECT %s FROM {job_execution_logs} l WHERE l.{job_execution_logs.job_name} = j.name
           ORDER BY l.{job_execution_logs.started_at} DESC LIMIT ?) r
      """
          .formatted(COLUMNS);

  private static final String SHARES =
      """
      SELECT partition, partitions, state, items, succeeded, failed, error, started_at, reported_at
        FROM {schema}.job_run_shares WHERE run_id = ? ORDER BY partition
      """;

  private final AppTables tables;

  public RunQueries(AppTables tables) {
    this.tables = tables;
  }

  /**
   * Which runs; null is any.
   *
   * @param job of that name
   * @param status with that status
   * @param since begun at that instant or later
   * @param before those that come after this one, when the newest come first
   */
  public record Filter(String job, String status, Instant since, Cursor before) {}

  /** A page of the runs that fit. */
  public List<JobRun> page(Connection connection, Filter filter, int limit) throws SQLException {
    StringBuilder sql =
        new StringBuilder("SELECT " + COLUMNS + " FROM {job_execution_logs} l WHERE true");
    List<Object> values = new ArrayList<>();
    if (filter.job() != null) {
      sql.append(" AND l.{job_execution_logs.job_name} = ?");
      values.add(filter.job());
    }
    if (filter.status() != null) {
      sql.append(" AND l.{job_execution_logs.status} = ?");
      values.add(filter.status());
    }
    if (filter.since() != null) {
      sql.append(" AND l.{job_execution_logs.started_at} >= ?");
      values.add(filter.since());
    }
    if (filter.before() != null) {
      sql.append(" AND (l.{job_execution_logs.started_at}, l.{job_execution_logs.id}) < (?, ?)");
      values.add(filter.before().at());
      values.add(filter.before().id());
    }
    sql.append(
        " ORDER BY l.{job_execution_logs.started_at} DESC, l.{job_execution_logs.id} DESC LIMIT ?");
    values.add(limit);
    return Rows.of(connection, tables.sql(sql.toString()), values, RunQueries::run);
  }

  public Optional<JobRun> run(Connection connection, UUID id) throws SQLException {
    String sql =
        "SELECT " + COLUMNS + " FROM {job_execution_logs} l WHERE l.{job_execution_logs.id} = ?";
    return Rows.of(connection, tables.sql(sql), List.of(id), RunQueries::run).stream().findFirst();
  }

  /** The last runs of each of the jobs that has any, by the job's name. */
  public Map<String, List<JobRun>> recent(Connection connection, Collection<String> jobs, int each)
      throws SQLException {
    List<Object> values = List.of(jobs.toArray(), each);
    return Rows.of(connection, tables.sql(RECENT), values, RunQueries::run).stream()
        .collect(Collectors.groupingBy(JobRun::job));
  }

  /** What each partition has reported of a run; those that never reported are not there. */
  public List<RunShare> shares(Connection connection, UUID runId) throws SQLException {
    return Rows.of(connection, tables.sql(SHARES), List.of(runId), RunQueries::share);
  }

  private static JobRun run(ResultSet row) throws SQLException {
    return new JobRun(
        row.getObject("id", UUID.class),
        row.getString("job"),
        Rows.instant(row, "started_at"),
        Rows.instant(row, "completed_at"),
        row.getString("status"),
        Rows.number(row, "items"),
        Rows.number(row, "duration_ms"),
        row.getString("error"));
  }

  private static RunShare share(ResultSet row) throws SQLException {
    return new RunShare(
        row.getInt("partition"),
        row.getInt("partitions"),
        row.getString("state"),
        row.getLong("items"),
        row.getLong("succeeded"),
        row.getLong("failed"),
        row.getString("error"),
        Rows.instant(row, "started_at"),
        Rows.instant(row, "reported_at"));
  }
}
