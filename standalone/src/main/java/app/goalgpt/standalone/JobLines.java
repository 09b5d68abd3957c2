package app.goalgpt.standalone;

import app.goalgpt.connectors.queries.JobRun;
import app.goalgpt.scheduler.JobOverview;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The jobs as a table for people. */
final class JobLines {
  private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");
  private static final List<String> HEADER =
      List.of("JOB", "SCHEDULE", "ZONE", "ON", "LAST RUN", "OUTCOME", "NEXT DUE");

  private JobLines() {}

  /**
   * @param runs by the job's name; what is not there has never run, as far as is known
   */
  static List<String> of(List<JobOverview> jobs, Map<String, JobRun> runs) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    jobs.forEach(job -> rows.add(row(job, runs.get(job.job().specName()))));
    int[] widths =
        IntStream.range(0, HEADER.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>();
    lines.add(line(rows.get(0), widths));
    for (int i = 0; i < jobs.size(); i++) {
      lines.add(line(rows.get(i + 1), widths));
      JobRun run = runs.get(jobs.get(i).job().specName());
      if (run != null && run.error() != null) {
        lines.add("    " + run.error().strip().replaceAll("\\s*\\R\\s*", " "));
      }
    }
    return lines;
  }

  private static List<String> row(JobOverview job, JobRun run) {
    return List.of(
        job.job().specName(),
        job.schedule(),
        job.zone().getId(),
        on(job),
        run == null ? "-" : minute(run.startedAt(), job.zone()),
        run == null ? "-" : outcome(run),
        due(job));
  }

  /** Such as {@code success, 1204 items, 3.2 s}. */
  private static String outcome(JobRun run) {
    return run.status()
        + (run.items() == null ? "" : ", %d items".formatted(run.items()))
        + (run.durationMs() == null
            ? ""
            : String.format(Locale.ROOT, ", %.1f s", run.durationMs() / 1e3));
  }

  private static String due(JobOverview job) {
    if (!job.enabled()) {
      return "off";
    }
    String due = minute(job.due(), job.zone());
    return job.overdue() ? due + " OVERDUE" : due;
  }

  private static String on(JobOverview job) {
    String on = job.enabled() ? "yes" : "no";
    return job.switched() == null ? on : "%s (%s)".formatted(on, job.switched().by());
  }

  private static String minute(Instant instant, ZoneId zone) {
    return MINUTE.format(instant.atZone(zone));
  }

  private static String line(List<String> row, int[] widths) {
    return IntStream.range(0, row.size())
        .mapToObj(column -> ("%-" + widths[column] + "s").formatted(row.get(column)))
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }
}
