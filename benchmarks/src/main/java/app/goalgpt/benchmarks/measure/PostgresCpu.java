package app.goalgpt.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * CPU that a Postgres has used, all of its processes, ended ones included: user and system time of
 * {@code /proc/PID/stat}. Linux only.
 */
public final class PostgresCpu {
  private static final double TICKS_PER_SECOND = 100;
  private final long postmaster;

  /**
   * @param postmaster the server's first process
   */
  public PostgresCpu(long postmaster) {
    this.postmaster = postmaster;
  }

  /** Seconds so far by what the process is for, such as {@code walsender}. */
  public Map<String, Double> byProcess() {
    Map<String, Double> seconds = new TreeMap<>();
    // fields 16 and 17: children that have ended
    seconds.put("ended", times(postmaster, 13, 14));
    seconds.put("postmaster", times(postmaster, 11, 12));
    ProcessHandle.of(postmaster).stream()
        .flatMap(ProcessHandle::children)
        .forEach(
            child -> seconds.merge(purpose(child.pid()), times(child.pid(), 11, 12), Double::sum));
    return seconds;
  }

  /** Seconds so far, all processes. */
  public double total() {
    return byProcess().values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static double times(long pid, int user, int system) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[user]) + Long.parseLong(fields[system])) / TICKS_PER_SECOND;
    } catch (IOException e) {
      return 0;
    }
  }

  /** {@code postgres: walsender postgres goalgpt 127.0.0.1(4242) START_REPLICATION} says it. */
  private static String purpose(long pid) {
    try {
      String title = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
      String[] words = title.replace('\0', ' ').strip().split(" ");
      boolean isBackend = words.length < 2 || words[1].equals("postgres");
      return isBackend ? "backends" : words[1];
    } catch (IOException e) {
      return "ended";
    }
  }
}
