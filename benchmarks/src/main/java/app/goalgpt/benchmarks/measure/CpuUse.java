package app.goalgpt.benchmarks.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who uses the CPU: this JVM's threads by what they are for, and Postgres's processes. */
public final class CpuUse {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final PostgresCpu postgres;
  private final Map<Long, Long> threadNanos = new HashMap<>();
  private final Map<String, Double> postgresSeconds;
  private final long processNanos;
  private final long since = System.nanoTime();

  /**
   * @param who a thread group or Postgres process
   * @param seconds of one core
   */
  public record Share(String who, double seconds) {}

  /**
   * @param wallSeconds how long was watched
   * @param shares greatest first; together all that this JVM and Postgres used
   */
  public record Use(double wallSeconds, List<Share> shares) {
    public double seconds() {
      return shares.stream().mapToDouble(Share::seconds).sum();
    }
  }

  private CpuUse(PostgresCpu postgres) {
    this.postgres = postgres;
    postgresSeconds = postgres.byProcess();
    processNanos = PROCESS.getProcessCpuTime();
    for (long id : THREADS.getAllThreadIds()) {
      threadNanos.put(id, THREADS.getThreadCpuTime(id));
    }
  }

  public static CpuUse watch(PostgresCpu postgres) {
    return new CpuUse(postgres);
  }

  /** What was used since. */
  public Use read() {
    Map<String, Double> seconds = new TreeMap<>();
    double process = (PROCESS.getProcessCpuTime() - processNanos) / 1e9;
    double java = 0;
    for (long id : THREADS.getAllThreadIds()) {
      ThreadInfo thread = THREADS.getThreadInfo(id);
      if (thread != null) {
        double used = (THREADS.getThreadCpuTime(id) - threadNanos.getOrDefault(id, 0L)) / 1e9;
        java += Math.max(0, used);
        seconds.merge("JVM: " + group(thread.getThreadName()), Math.max(0, used), Double::sum);
      }
    }
    seconds.merge(
        "JVM: compiler, GC, threads that ended", Math.max(0, process - java), Double::sum);
    postgres
        .byProcess()
        .forEach(
            (who, now) ->
                seconds.merge(
                    "Postgres: " + who,
                    Math.max(0, now - postgresSeconds.getOrDefault(who, 0.0)),
                    Double::sum));
    List<Share> shares =
        seconds.entrySet().stream()
            .map(entry -> new Share(entry.getKey(), entry.getValue()))
            .filter(share -> share.seconds() > 0)
            .sorted((a, b) -> Double.compare(b.seconds(), a.seconds()))
            .toList();
    return new Use((System.nanoTime() - since) / 1e9, shares);
  }

  /** Threads that do the same have names that differ in numbers and random ids. */
  public static String group(String thread) {
    return thread.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "*").replaceAll("[0-9]+(_[0-9]+)*", "*");
  }
}
