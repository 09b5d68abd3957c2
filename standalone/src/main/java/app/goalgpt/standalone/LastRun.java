package app.goalgpt.standalone;

import app.goalgpt.messages.AppTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The newest row of a job in job_execution_logs.
 *
 * @param items null when the row has none
 * @param duration null while it runs
 * @param error null when there is none
 */
record LastRun(Instant startedAt, String status, Long items, Duration duration, String error) {
  private static final String SQL =
      """
      SELECT DISTINCT ON ({job_execution_logs.job_name})
             {job_execution_logs.job_name}, {job_execution_logs.started_at},
             {job_execution_logs.status}, {job_execution_logs.items_processed},
             {job_execution_logs.duration_ms}, {job_execution_logs.error_message}
        FROM {job_execution_logs}
       ORDER BY {job_execution_logs.job_name}, {job_execution_logs.started_at} DESC
      """;

  /** By the job's name. */
  static Map<String, LastRun> ofEachJob(Connection connection, AppTables tables)
      throws SQLException {
    Map<String, LastRun> runs = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(tables.sql(SQL));
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        Long millis = number(rows, 5);
        runs.put(
            rows.getString(1),
            new LastRun(
                rows.getObject(2, OffsetDateTime.class).toInstant(),
                rows.getString(3),
                number(rows, 4),
                millis == null ? null : Duration.ofMillis(millis),
                rows.getString(6)));
      }
    }
    return runs;
  }

  private static Long number(ResultSet row, int column) throws SQLException {
    long number = row.getLong(column);
    return row.wasNull() ? null : number;
  }

  /** Such as {@code success, 1204 items, 3.2 s}. */
  String outcome() {
    return status
        + (items == null ? "" : ", %d items".formatted(items))
        + (duration == null
            ? ""
            : String.format(Locale.ROOT, ", %.1f s", duration.toMillis() / 1e3));
  }
}
