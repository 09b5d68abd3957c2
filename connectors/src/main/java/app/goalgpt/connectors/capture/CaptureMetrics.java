package app.goalgpt.connectors.capture;

import app.goalgpt.messages.AppTable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;

/** What capture tells its watchers. */
final class CaptureMetrics {
  private static final Map<String, String> OPERATIONS =
      Map.of("r", "read", "c", "create", "u", "update", "d", "delete");

  /** Of Debezium's offset, what moves when something was read; in a snapshot no LSN does. */
  private static final List<String> POSITION = List.of("lsn", "lsn_proc", "lsn_commit", "ts_usec");

  private final Clock clock;
  private final MeterRegistry registry;
  private final Map<AppTable, Map<String, Counter>> changes = new EnumMap<>(AppTable.class);
  private final Counter failures;
  private final Counter restarts;
  private final Counter setAside;
  private final AtomicLong lagMillis = new AtomicLong();
  private final AtomicLong lastChangeMillis = new AtomicLong();
  private final AtomicLong readAt = new AtomicLong(System.nanoTime());
  private final AtomicReference<Map<String, ?>> position = new AtomicReference<>(Map.of());
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
        Counter.builder("goalgpt.dead.letters")
            .tag("step", "capture")
            .description(
                "Records set aside that cannot be used; in capture, those too large for Kafka")
            .register(registry);
    TimeGauge.builder("goalgpt.capture.lag", lagMillis, TimeUnit.MILLISECONDS, AtomicLong::get)
        .description("From the commit of the last published change to Kafka's acknowledgement")
        .register(registry);
    TimeGauge.builder(
            "goalgpt.capture.last.change", lastChangeMillis, TimeUnit.MILLISECONDS, AtomicLong::get)
        .description("When the last published change was committed, since 1970; 0 for none yet")
        .register(registry);
    TimeGauge.builder("goalgpt.capture.silence", readAt, TimeUnit.NANOSECONDS, at -> nanosSince(at))
        .description("Since anything new was read, heartbeats included, and Kafka had it")
        .register(registry);
    Gauge.builder("goalgpt.capture.snapshot.running", snapshotRunning, AtomicInteger::get)
        .description("1 while all tables are read")
        .register(registry);
    Gauge.builder("goalgpt.capture.streaming", streaming, AtomicInteger::get)
        .description("1 while changes are streamed; 0 on a standby, too")
        .register(registry);
  }

  /** The producer's own metrics, for as long as it lives. */
  KafkaClientMetrics watch(Producer<?, ?> producer) {
    KafkaClientMetrics watch = new KafkaClientMetrics(producer);
    watch.bindTo(registry);
    return watch;
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

  /**
   * Everything up to there is on Kafka.
   *
   * @param offset Debezium's position; one that stays the same says that nothing was read
   */
  void reached(Map<String, ?> offset) {
    Map<String, Object> here = new HashMap<>(offset);
    here.keySet().retainAll(POSITION);
    if (!here.equals(position.getAndSet(here))) {
      readSomething();
    }
  }

  void readSomething() {
    readAt.set(System.nanoTime());
  }

  /** Since something new was read and Kafka had it. */
  Duration silence() {
    return Duration.ofNanos((long) nanosSince(readAt));
  }

  private static double nanosSince(AtomicLong at) {
    return System.nanoTime() - at.get();
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
