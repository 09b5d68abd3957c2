package app.goalgpt.standalone.demo;

import static app.goalgpt.standalone.demo.Terminal.Style.BOLD;
import static app.goalgpt.standalone.demo.Terminal.Style.DIM;
import static app.goalgpt.standalone.demo.Terminal.Style.GREEN;
import static app.goalgpt.standalone.demo.Terminal.Style.RED;
import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.toList;

import app.goalgpt.connectors.audit.AuditReport;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Totals in words: the line that comes every few seconds, and the summary at the end. */
final class Report {
  private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

  private final Terminal terminal;

  Report(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * @param businessTime what the business clock shows
   */
  void totals(
      Duration elapsed, ZonedDateTime businessTime, Totals totals, long actions, long leftOut) {
    String line =
        "── %s (%s)  %,d app transactions"
            .formatted(clock(elapsed), MINUTE.format(businessTime), actions);
    line += soFar("rewards, commit → settled", totals.rewards(), totals.settled());
    line += soFar("pushes, commit → accepted", totals.pushes(), totals.pushed());
    line += leftOut > 0 ? " · %,d lines left out".formatted(leftOut) : "";
    terminal.line(terminal.style(BOLD, line));
  }

  private static String soFar(String what, long count, Totals.Latency latency) {
    return count == 0
        ? ""
        : " · %,d %s p50 %s p99 %s"
            .formatted(count, what, millis(latency.p50()), millis(latency.p99()));
  }

  void summary(Totals history, Totals live, long actions) {
    terminal.line("");
    terminal.line(terminal.style(BOLD, "Summary"));
    row(
        "at the first start",
        "%,d rewards that the history had earned".formatted(history.rewards()));
    row("since then", "%,d transactions of the app".formatted(actions));
    live.rewardsByKind().forEach((kind, count) -> row(kind, "%,d settled".formatted(count)));
    row("granted", "%,d XP, %,d credits".formatted(live.xp(), live.credits()));
    row("commit → settled", latency(live.rewards(), live.settled()));
    row("pushes of rewards", "%,d".formatted(live.pushes()));
    row("commit → accepted", latency(live.pushes(), live.pushed()));
    Map<PushKind, Long> ofJobs = live.jobPushes();
    long sum = ofJobs.values().stream().mapToLong(Long::longValue).sum();
    row("pushes of jobs", sum == 0 ? "none" : "%,d: %s".formatted(sum, kinds(ofJobs)));
    row("tick → accepted", latency(sum, live.jobPushed()));
    row("device by device", devices(live));
  }

  private static String kinds(Map<PushKind, Long> pushes) {
    return pushes.entrySet().stream()
        .map(entry -> "%,d %s".formatted(entry.getValue(), entry.getKey().plural()))
        .collect(Collectors.joining(", "));
  }

  /** The job log, a line for each job. */
  void jobs(List<JobRun> runs, ZoneId zone) {
    terminal.line("");
    terminal.line(terminal.style(BOLD, "Job log"));
    if (runs.isEmpty()) {
      terminal.line("  no job was due");
    }
    Map<String, List<JobRun>> byJob =
        runs.stream().collect(Collectors.groupingBy(JobRun::job, LinkedHashMap::new, toList()));
    byJob.forEach(
        (job, all) -> {
          long failed = all.stream().filter(run -> run.status().equals("failed")).count();
          Duration longest = all.stream().map(JobRun::took).max(naturalOrder()).orElseThrow();
          Instant last = all.stream().map(JobRun::plannedAt).max(naturalOrder()).orElseThrow();
          terminal.line(
              "  %s %3d %-4s %3d failed %,7d items   longest %5d ms   last for %s"
                  .formatted(
                      terminal.style(DIM, "%-27s".formatted(job)),
                      all.size(),
                      all.size() == 1 ? "run," : "runs,",
                      failed,
                      all.stream().mapToLong(JobRun::items).sum(),
                      longest.toMillis(),
                      MINUTE.format(last.atZone(zone))));
        });
  }

  void audit(AuditReport audit) {
    terminal.line("");
    terminal.line(terminal.style(BOLD, "Audit, in plain SQL over the app's tables"));
    terminal.line(audit.toString().stripTrailing());
    terminal.line("");
    terminal.line(
        audit.passed()
            ? terminal.style(GREEN, "Nothing missing, nothing extra.")
            : terminal.style(RED, "The audit found a difference."));
  }

  private static String devices(Totals totals) {
    String devices =
        totals.devices().entrySet().stream()
            .map(
                entry ->
                    "%,d %s"
                        .formatted(
                            entry.getValue(),
                            entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ')))
            .collect(Collectors.joining(", "));
    return devices.isEmpty() ? "none" : devices;
  }

  private void row(String label, String value) {
    terminal.line("  %s %s".formatted(terminal.style(DIM, "%-20s".formatted(label)), value));
  }

  private static String latency(long count, Totals.Latency latency) {
    return count == 0
        ? "nothing to measure"
        : "p50 %s, p99 %s, longest %s"
            .formatted(millis(latency.p50()), millis(latency.p99()), millis(latency.most()));
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
  }

  static String clock(Duration elapsed) {
    return "%d:%02d".formatted(elapsed.toMinutes(), elapsed.toSecondsPart());
  }
}
