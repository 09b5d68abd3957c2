package app.goalgpt.standalone.demo;

import static app.goalgpt.standalone.demo.Terminal.Style.BOLD;
import static app.goalgpt.standalone.demo.Terminal.Style.DIM;

import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/** Totals in words: the line that comes every few seconds, and the summary at the end. */
final class Report {
  private final Terminal terminal;

  Report(Terminal terminal) {
    this.terminal = terminal;
  }

  void totals(Duration elapsed, Totals totals, long actions, long leftOut) {
    String line = "── %s  %,d app transactions".formatted(clock(elapsed), actions);
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
    row("pushes", "%,d, device by device: %s".formatted(live.pushes(), devices(live)));
    row("commit → accepted", latency(live.pushes(), live.pushed()));
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
