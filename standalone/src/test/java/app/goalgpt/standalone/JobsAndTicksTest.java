package app.goalgpt.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.connectors.queries.JobRun;
import app.goalgpt.connectors.queries.RunQueries;
import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Tick;
import app.goalgpt.scheduler.JobOverview;
import app.goalgpt.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code goalgpt jobs} and {@code goalgpt tick}, over a real broker and a real Postgres. */
class JobsAndTicksTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aTickByHandReachesEveryPartitionAndTwiceIsTheSameRun() {
    try (EmbeddedKafka kafka = EmbeddedKafka.temporary()) {
      Map<String, String> environment = new TreeMap<>(kafka.settings());
      environment.put("TOPIC_PARTITIONS", "2");
      environment.put("BUSINESS_ZONE", "Europe/Istanbul");

      for (String at : List.of("2026-11-21T22:00", "2026-11-21T19:00:00Z")) {
        assertThat(execute(environment, "tick", "streak-break-warnings", "--at", at))
            .as(err.toString(StandardCharsets.UTF_8))
            .isEqualTo(ExitStatus.OK);
      }
      assertThat(execute(environment, "jobs")).isEqualTo(ExitStatus.OK);

      List<Tick> ticks = ticks(kafka);
      assertThat(ticks).hasSize(4);
      assertThat(ticks).extracting(Tick::job).containsOnly("streak-break-warnings");
      assertThat(ticks)
          .extracting(Tick::plannedAt)
          .containsOnly(Instant.parse("2026-11-21T19:00:00Z"));
      assertThat(ticks).extracting(Tick::runId).containsOnly(ticks.get(0).runId());
    }
  }

  private static List<Tick> ticks(EmbeddedKafka kafka) {
    return kafka.committed("goalgpt.ticks").stream()
        .map(record -> Json.read(record.value(), Tick.class))
        .toList();
  }

  @Test
  void theTableSaysHowTheNewestRunWentAndWhatIsDue() throws SQLException {
    ZoneId istanbul = ZoneId.of("Europe/Istanbul");
    Instant due = Instant.parse("2026-11-21T19:00:00Z");
    List<JobOverview> jobs =
        List.of(
            job(Job.STREAK_BREAK_WARNINGS, "0 22 * * *", istanbul, true, due, true),
            job(Job.DEAD_TOKEN_CLEANUP, "0 3 * * 0", istanbul, true, due, false),
            job(Job.OLD_LOGS_CLEANUP, "0 4 1 * *", istanbul, false, due, false));
    Map<String, JobRun> runs;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary();
        Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      AppSchema.install(connection);
      statement.execute(
          """
          INSERT INTO job_execution_logs
            (job_name, started_at, status, items_processed, error_message, duration_ms)
          VALUES
            ('streak-break-warnings', '2026-11-19 19:00Z', 'failed', 0, 'older', 1),
            ('streak-break-warnings', '2026-11-20 19:00Z', 'success', 1204, NULL, 3249),
            ('dead-token-cleanup', '2026-11-15 00:00Z', 'failed', 7, E'partition 3 did\\nnot report', 60000)
          """);
      runs =
          new RunQueries(AppTables.from(Settings.of(Map.of())))
                  .recent(connection, List.of("streak-break-warnings", "dead-token-cleanup"), 1)
                  .entrySet()
                  .stream()
                  .collect(Collectors.toMap(Map.Entry::getKey, newest -> newest.getValue().get(0)));
    }

    assertThat(JobLines.of(jobs, runs))
        .containsExactly(
            "JOB                    SCHEDULE    ZONE             ON   LAST RUN          OUTCOME                     NEXT DUE",
            "streak-break-warnings  0 22 * * *  Europe/Istanbul  yes  2026-11-20 22:00  success, 1204 items, 3.2 s  2026-11-21 22:00 OVERDUE",
            "dead-token-cleanup     0 3 * * 0   Europe/Istanbul  yes  2026-11-15 03:00  failed, 7 items, 60.0 s     2026-11-21 22:00",
            "    partition 3 did not report",
            "old-logs-cleanup       0 4 1 * *   Europe/Istanbul  no   -                 -                           off");
  }

  private static JobOverview job(
      Job job, String schedule, ZoneId zone, boolean enabled, Instant due, boolean overdue) {
    return new JobOverview(job, schedule, zone, enabled, null, "once", null, due, overdue);
  }

  private int execute(Map<String, String> environment, String... arguments) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return Goalgpt.execute(environment, stream, new StopSignal(), arguments);
  }
}
