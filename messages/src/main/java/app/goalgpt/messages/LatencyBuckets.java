package app.goalgpt.messages;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * Where the histograms of latencies that customers feel are cut. SPEC, "How fast": well under a
 * second in normal running, seconds at the very worst; so the cuts are close around a second.
 */
public final class LatencyBuckets {
  private LatencyBuckets() {}

  /** Upper bounds, rising. */
  public static Duration[] bounds() {
    return Stream.of(10, 25, 50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 60_000, 600_000)
        .map(Duration::ofMillis)
        .toArray(Duration[]::new);
  }
}
