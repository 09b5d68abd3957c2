package app.goalgpt.connectors.capture;

import app.goalgpt.messages.AppTable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Clock;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What capture tells its watchers. */
final class CaptureMetrics {
  private static final Map<String, String> OPERATIONS =
      Map.of("r", "read", "c", "create", "u", "update", "d", "delete");

  private final Clock clock;
  private final MeterRegistry registry;
  private final Map<AppTable, Map<String, Counter>> changes = new EnumMap<>(AppTable.class);
  private final Counter failures;
  private final Counter restarts;
  private final Counter setAside;
  private final AtomicLong lagMillis = new AtomicLong();
  private final AtomicLong lastChangeMillis = new AtomicLong();
  private final AtomicInteger snapshotRunning = new AtomicInteger();
  private final AtomicInteger streaming = new AtomicInteger();

  CaptureMetrics(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
    failures =
        Counter.builder("goalgpt.capture.publish.failures")
            .description("Batches that Kafka did not take; they are sent again")
            .register(registry);
    restarts =
        Counter.builder("goalgpt.capture.restarts")
            .description("Times that capture started over after trouble")
            .register(registry);
    setAside =
        Counter.builder("goalgpt.capture.set.aside")
            .description("Changes too large for Kafka, in the dead letters instead")
            .register(registry);
    TimeGauge.builder("goalgpt.capture.lag", lagMillis, TimeUnit.MILLISECONDS, AtomicLong::get)
        .description("From the commit of the last published change to Kafka's acknowledgement")
        .register(registry);
    TimeGauge.builder(
            "goalgpt.capture.last.change", lastChangeMillis, TimeUnit.MILLISECONDS, AtomicLong::get)
        .description("When the last published change was committed, since 1970; 0 for none yet")
        .register(registry);
    Gauge.builder("goalgpt.capture.snapshot.running", snapshotRunning, AtomicInteger::get)
        .description("1 while all tables are read")
        .register(registry);
    Gauge.builder("goalgpt.capture.streaming", streaming, AtomicInteger::get)
        .description("1 while changes are streamed; 0 on a standby, too")
        .register(registry);
  }

  void published(AppTable table, String operation) {
    changes
        .computeIfAbsent(table, key -> new HashMap<>())
        .computeIfAbsent(operation, key -> counter(table, key))
        .increment();
  }

  private Counter counter(AppTable table, String operation) {
    return Counter.builder("goalgpt.capture.changes")
        .description("Row changes published")
        .tag("table", table.specName())
        .tag("op", OPERATIONS.getOrDefault(operation, operation))
        .register(registry);
  }

  /**
   * @param committedMillis the commit time of the last change of a batch that Kafka now has
   */
  void acknowledged(long committedMillis) {
    lastChangeMillis.set(committedMillis);
    lagMillis.set(Math.max(0, clock.millis() - committedMillis));
  }

  void failed() {
    failures.increment();
  }

  void setAside() {
    setAside.increment();
  }

  void restarted() {
    restarts.increment();
  }

  void snapshotRunning(boolean running) {
    snapshotRunning.set(running ? 1 : 0);
  }

  void streaming(boolean running) {
    streaming.set(running ? 1 : 0);
  }
}
