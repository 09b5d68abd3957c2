package app.goalgpt.benchmarks.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Who uses the CPU: this JVM's threads by what they are for, and other processes. */
public final class CpuUse {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Supplier<Map<String, Double>> others;
  private final Map<Long, Long> threadNanos = new HashMap<>();
  private final Map<String, Double> othersSeconds;
  private final long processNanos;
  private final long since = System.nanoTime();

  /**
   * @param who a thread group or another process
   * @param seconds of one core
   */
  public record Share(String who, double seconds) {}

  /**
   * @param wallSeconds how long was watched
   * @param shares greatest first; together all that this JVM and the others used
   */
  public record Use(double wallSeconds, List<Share> shares) {
    public double seconds() {
      return shares.stream().mapToDouble(Share::seconds).sum();
    }
  }

  private CpuUse(Supplier<Map<String, Double>> others) {
    this.others = others;
    othersSeconds = others.get();
    processNanos = PROCESS.getProcessCpuTime();
    for (long id : THREADS.getAllThreadIds()) {
      threadNanos.put(id, THREADS.getThreadCpuTime(id));
    }
  }

  public static CpuUse watch(PostgresCpu postgres) {
    return new CpuUse(
        () -> {
          Map<String, Double> seconds = new HashMap<>();
          postgres.byProcess().forEach((who, used) -> seconds.put("Postgres: " + who, used));
          return seconds;
        });
  }

  /**
   * @param name what the other process is called
   */
  public static CpuUse watch(String name, ProcessHandle other) {
    return new CpuUse(
        () -> Map.of(name, other.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9));
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
    others
        .get()
        .forEach(
            (who, now) ->
                seconds.put(who, Math.max(0, now - othersSeconds.getOrDefault(who, 0.0))));
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
