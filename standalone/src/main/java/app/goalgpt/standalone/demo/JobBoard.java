package app.goalgpt.standalone.demo;

import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Job;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the job log now and then, as a person at the database would, and tells of every run that
 * has ended since, and of the partners' day that it closed.
 */
final class JobBoard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobBoard.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final String RUNS =
      """
      SELECT r.run_id, r.job, r.planned_at, r.status, r.items, r.succeeded, r.started_at, r.completed_at, r.message,
             n.{scheduled_notifications.title_tr}
        FROM {schema}.job_runs r
        JOIN {job_execution_logs} l ON l.{job_execution_logs.id} = r.run_id
        LEFT JOIN {scheduled_notifications} n ON n.{scheduled_notifications.id} = r.run_id
       WHERE r.ended AND r.started_at >= ? AND l.{job_execution_logs.status} <> 'running'
       ORDER BY r.completed_at, r.planned_at
      """;

  private static final String DAYS =
      """
      SELECT p.{partners.business_name}, a.{partner_analytics.date}, a.{partner_analytics.new_signups},
             a.{partner_analytics.new_subscriptions}, a.{partner_analytics.revenue},
             a.{partner_analytics.commission}, a.{partner_analytics.active_subscribers},
             a.{partner_analytics.churn_count}
        FROM {partner_analytics} a
        JOIN {partners} p ON p.{partners.id} = a.{partner_analytics.partner_id}
       WHERE a.{partner_analytics.date} = ?
       ORDER BY a.{partner_analytics.revenue} DESC, p.{partners.business_name}
      """;

  /** Who is told; called on the board's thread. */
  interface Listener {
    void ran(JobRun run);

    void closed(ClosedDay day);
  }

  private final Connection connection;
  private final AppTables tables;
  private final ZoneId zone;
  private final Instant since;
  private final Listener listener;
  private final Set<UUID> told = new HashSet<>();
  private final List<JobRun> runs = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread = new Thread(this::watch, "job-board");

  private JobBoard(
      Connection connection, AppTables tables, ZoneId zone, Instant since, Listener listener) {
    this.connection = connection;
    this.tables = tables;
    this.zone = zone;
    this.since = since;
    this.listener = listener;
  }

  /**
   * @param connection for this alone; it commits by itself
   * @param zone the business time zone
   * @param since of runs that began before nothing is said
   */
  static JobBoard start(
      Connection connection, AppTables tables, ZoneId zone, Instant since, Listener listener) {
    JobBoard board = new JobBoard(connection, tables, zone, since, listener);
    board.thread.start();
    return board;
  }

  private void watch() {
    try {
      boolean last;
      do {
        last = over.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        look();
      } while (!last);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try (PreparedStatement select = connection.prepareStatement(tables.sql(RUNS))) {
      select.setObject(1, since.atOffset(ZoneOffset.UTC));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          if (told.add(row.getObject(1, UUID.class))) {
            tell(run(row));
          }
        }
      }
    } catch (SQLException e) {
      LOG.warn("the job log cannot be shown now: {}", e.getMessage());
    }
  }

  private void tell(JobRun run) throws SQLException {
    runs.add(run);
    listener.ran(run);
    if (run.job().equals(Job.PARTNER_ANALYTICS_ROLLUP.specName())) {
      days(LocalDate.ofInstant(run.plannedAt(), zone).minusDays(1));
    }
  }

  private static JobRun run(ResultSet row) throws SQLException {
    Instant startedAt = row.getObject(7, OffsetDateTime.class).toInstant();
    Instant completedAt = row.getObject(8, OffsetDateTime.class).toInstant();
    return new JobRun(
        row.getString(2),
        row.getObject(3, OffsetDateTime.class).toInstant(),
        row.getString(4),
        row.getLong(5),
        row.getLong(6),
        Duration.between(startedAt, completedAt),
        row.getString(9),
        row.getString(10));
  }

  private void days(LocalDate date) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(tables.sql(DAYS))) {
      select.setObject(1, date);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          listener.closed(
              new ClosedDay(
                  row.getString(1),
                  row.getObject(2, LocalDate.class),
                  row.getInt(3),
                  row.getInt(4),
                  row.getBigDecimal(5),
                  row.getBigDecimal(6),
                  row.getInt(7),
                  row.getInt(8)));
        }
      }
    }
  }

  /** Looks once more, then ends; what it has told of, in that order. */
  List<JobRun> end() throws InterruptedException {
    over.countDown();
    thread.join();
    return List.copyOf(runs);
  }

  @Override
  public void close() throws SQLException {
    try {
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }
}
