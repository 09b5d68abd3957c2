package app.goalgpt.topology.stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToDoubleFunction;

/**
 * How far a task's sweeps are: told after each slice, read by whoever asks. Customers' ids are
 * spread evenly (random uuids), so where a pass stands among them is how far it is.
 */
final class SweepMeters {
  private static final double HIGHEST = 0x1p32;

  /** Of one name in this task. Written by the stream thread alone. */
  private static final class Sweep {
    private volatile int running;
    private volatile double progress;
    private int counted;
    private double least;
  }

  private final MeterRegistry registry;
  private final String partition;
  private final Map<String, Sweep> sweeps = new HashMap<>();

  SweepMeters(MeterRegistry registry, int partition) {
    this.registry = registry;
    this.partition = Integer.toString(partition);
  }

  /** A pass that is under way; to be said of each, then {@link #tell}. */
  void underWay(String name, UUID after) {
    Sweep sweep = sweeps.computeIfAbsent(name, this::registered);
    double place = after == null ? 0 : (after.getMostSignificantBits() >>> 32) / HIGHEST;
    sweep.least = sweep.counted == 0 ? place : Math.min(sweep.least, place);
    sweep.counted++;
  }

  /** Those that were named since the last time are under way, and no others. */
  void tell() {
    for (Sweep sweep : sweeps.values()) {
      sweep.running = sweep.counted;
      sweep.progress = sweep.counted == 0 ? 0 : sweep.least;
      sweep.counted = 0;
    }
  }

  private Sweep registered(String name) {
    Sweep sweep = new Sweep();
    gauge("goalgpt.sweeps.running", name, sweep, own -> own.running, "Passes under way");
    gauge(
        "goalgpt.sweeps.progress",
        name,
        sweep,
        own -> own.progress,
        "How far the pass is that has come least far, 0 to 1");
    return sweep;
  }

  private void gauge(
      String meter, String name, Sweep sweep, ToDoubleFunction<Sweep> value, String description) {
    // A task that was here before has left its own under the same name when it was not closed.
    remove(meter, name);
    Gauge.builder(meter, sweep, value)
        .tags("sweep", name, "partition", partition)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  private void remove(String meter, String name) {
    registry
        .find(meter)
        .tags("sweep", name, "partition", partition)
        .gauges()
        .forEach(registry::remove);
  }

  /** The task goes elsewhere, and with it its sweeps. */
  void close() {
    for (String name : sweeps.keySet()) {
      remove("goalgpt.sweeps.running", name);
      remove("goalgpt.sweeps.progress", name);
    }
  }
}
