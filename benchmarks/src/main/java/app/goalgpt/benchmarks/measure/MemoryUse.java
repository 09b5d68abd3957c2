package app.goalgpt.benchmarks.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What this process holds in memory: its heap after a collection, and what the kernel has resident
 * for it, native memory (RocksDB's) included. Linux only.
 */
public final class MemoryUse implements AutoCloseable {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long LOOK = 100; // ms

  private final AtomicLong mostResident = new AtomicLong(resident());
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();

  private MemoryUse() {
    watch.scheduleAtFixedRate(
        () -> mostResident.accumulateAndGet(resident(), Math::max),
        LOOK,
        LOOK,
        TimeUnit.MILLISECONDS);
  }

  /** Follows resident memory from now on. */
  public static MemoryUse watch() {
    return new MemoryUse();
  }

  /** The most that was resident so far, megabytes. */
  public double mostResidentMegabytes() {
    return megabytes(mostResident.accumulateAndGet(resident(), Math::max));
  }

  public static double residentMegabytes() {
    return megabytes(resident());
  }

  /** What lives on the heap: megabytes after a full collection, which this causes. */
  public static double liveHeapMegabytes() {
    System.gc();
    return megabytes(
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
            .mapToLong(MemoryUse::afterCollection)
            .sum());
  }

  private static long afterCollection(MemoryPoolMXBean pool) {
    return pool.getCollectionUsage().getUsed();
  }

  private static double megabytes(long bytes) {
    return bytes / 1e6;
  }

  private static long resident() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }
}
