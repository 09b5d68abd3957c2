package app.goalgpt.benchmarks;

import app.goalgpt.benchmarks.measure.CpuUse;
import app.goalgpt.benchmarks.measure.Latencies;
import app.goalgpt.messages.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a benchmark found: tables for people, and all figures as one line of JSON at the end. */
final class Report {
  /** The head of a table of {@link #latencyRow}s. */
  static final List<String> LATENCY_HEAD =
      List.of("milliseconds from commit", "samples", "p50", "p90", "p99", "p99.9", "max");

  private static final int BUSIEST = 12;

  private final PrintStream out;
  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final List<String> goals = new ArrayList<>();

  Report(PrintStream out, String benchmark) {
    this.out = out;
    figures.put("benchmark", benchmark);
    figures.put("cpus", Runtime.getRuntime().availableProcessors());
    figures.put("java", Runtime.version().toString());
  }

  /** What is being done now; benchmarks take minutes. */
  void progress(String what) {
    out.println("… " + what);
    out.flush();
  }

  void line(String text) {
    out.println(text);
  }

  /**
   * A figure of the JSON line.
   *
   * @param key lower case, with underscores; says the unit, or ends in {@code _ratio}
   */
  void figure(String key, double value) {
    figures.put(key, rounded(value));
  }

  void figure(String key, long value) {
    figures.put(key, value);
  }

  void atMost(String key, double value, double goal) {
    ratio(key, value, value <= goal, "at most " + goal);
  }

  void below(String key, double value, double goal) {
    ratio(key, value, value < goal, "below " + goal);
  }

  void atLeast(String key, double value, double goal) {
    ratio(key, value, value >= goal, "at least " + goal);
  }

  private void ratio(String key, double value, boolean met, String goal) {
    figure(key, value);
    goals.add(
        String.format(
            Locale.ROOT, "%-24s %8.3f   goal %-14s %s", key, value, goal, met ? "met" : "MISSED"));
  }

  /**
   * A column that says a share of the CPU in another unit.
   *
   * @param perSecond what a second of CPU is in it
   */
  record Column(String head, double perSecond) {
    static Column percentOfACore(CpuUse.Use use) {
      return new Column("% of a core", 100 / use.wallSeconds());
    }

    static Column microsPer(String unit, long count) {
      return new Column("µs/" + unit, 1e6 / count);
    }
  }

  /** The rows of a table that says who used the CPU, the busiest first. */
  static List<List<String>> cpu(String title, CpuUse.Use use, Column... columns) {
    List<String> head = new ArrayList<>(List.of(title, "seconds"));
    for (Column column : columns) {
      head.add(column.head());
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(head);
    use.shares().stream()
        .limit(BUSIEST)
        .forEach(share -> rows.add(cpuRow(share.who(), share.seconds(), columns)));
    return rows;
  }

  /** The same, and what all of them used together. */
  static List<List<String>> cpuAndSum(String title, CpuUse.Use use, Column... columns) {
    List<List<String>> rows = cpu(title, use, columns);
    rows.add(cpuRow("all of it", use.seconds(), columns));
    return rows;
  }

  private static List<String> cpuRow(String who, double seconds, Column... columns) {
    List<String> row = new ArrayList<>(List.of(who, number(seconds)));
    for (Column column : columns) {
      row.add(number(seconds * column.perSecond()));
    }
    return row;
  }

  static List<String> latencyRow(String what, Latencies latencies) {
    List<String> row = new ArrayList<>(List.of(what, Long.toString(latencies.count())));
    for (double percentile : new double[] {50, 90, 99, 99.9, 100}) {
      row.add(number(latencies.millis(percentile)));
    }
    return row;
  }

  /** Columns as wide as their widest cell: the first to the left, the others to the right. */
  void table(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    out.println();
    for (List<String> row : rows) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        String gap = " ".repeat(widths[i] - cell.length());
        text.append(i == 0 ? cell + gap : "   " + gap + cell);
      }
      out.println(text.toString().stripTrailing());
    }
  }

  static String number(double value) {
    return String.format(Locale.ROOT, value >= 1000 ? "%,.0f" : "%.1f", value);
  }

  /** Goals, then the last line. */
  void end() {
    out.println();
    goals.forEach(out::println);
    out.println();
    out.println(new String(Json.write(figures), StandardCharsets.UTF_8));
    out.flush();
  }

  /** Four digits that count. */
  private static double rounded(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return 0;
    }
    double scale = Math.pow(10, 3 - Math.floor(Math.log10(Math.abs(value))));
    return Math.round(value * scale) / scale;
  }
}
