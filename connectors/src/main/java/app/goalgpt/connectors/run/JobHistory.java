package app.goalgpt.connectors.run;

import app.goalgpt.connectors.database.Statements;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.RunProgress;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * How each job's runs went, told as metrics from the log in the database: so a restart forgets
 * nothing, and every instance tells the same. Of the newest 30 runs of each job.
 */
public final class JobHistory {

  /** Every job, and what campaigns' runs are called. */
  static final List<String> JOBS =
      Stream.concat(Arrays.stream(Job.values()).map(Job::specName), Stream.of(RunProgress.CAMPAIGN))
          .toList();

  /**
   * Of one job; NaN is not known.
   *
   * @param lastStarted seconds since 1970; 0 for never
   * @param lastSuccess seconds since 1970; 0 for never
   * @param lastDuration seconds that the newest successful run took
   * @param usualDuration the median of those before it
   * @param running for how many seconds the oldest run under way has been; 0 for none
   * @param lastFailed 1 when the newest run that has ended has failed
   */
  private record History(
      double lastStarted,
      double lastSuccess,
      double lastDuration,
      double usualDuration,
      double running,
      double lastFailed) {
    static final History UNKNOWN =
        new History(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  private final String sql;
  private final Map<String, History> histories = new ConcurrentHashMap<>();

  public JobHistory(AppTables tables, MeterRegistry registry) {
    this.sql = Statements.read(JobHistory.class, "job_history.sql", tables);
    for (String job : JOBS) {
      seconds(registry, "last.started", job, History::lastStarted);
      seconds(registry, "last.success", job, History::lastSuccess);
      seconds(registry, "last.duration", job, History::lastDuration);
      seconds(registry, "usual.duration", job, History::usualDuration);
      seconds(registry, "running", job, History::running);
      Gauge.builder("goalgpt.job.last.failed", this, all -> all.of(job).lastFailed())
          .tag(Job.TAG, job)
          .strongReference(true)
          .register(registry);
    }
  }

  private void seconds(
      MeterRegistry registry, String name, String job, ToDoubleFunction<History> value) {
    TimeGauge.builder(
            "goalgpt.job." + name, this, TimeUnit.SECONDS, all -> value.applyAsDouble(all.of(job)))
        .tag(Job.TAG, job)
        .strongReference(true)
        .register(registry);
  }

  private History of(String job) {
    return histories.getOrDefault(job, History.UNKNOWN);
  }

  /** Looks again. */
  void read(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setArray(1, connection.createArrayOf("text", JOBS.toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          histories.put(
              row.getString(1),
              new History(
                  number(row, 2),
                  number(row, 3),
                  number(row, 4),
                  number(row, 5),
                  number(row, 6),
                  number(row, 7)));
        }
      }
    } finally {
      connection.rollback();
    }
  }

  private static double number(ResultSet row, int column) throws SQLException {
    double number = row.getDouble(column);
    return row.wasNull() ? Double.NaN : number;
  }
}
