package app.goalgpt.benchmarks.measure;

import java.time.Instant;
import org.HdrHistogram.Histogram;

/** Durations in microseconds, to three digits. */
public final class Latencies {
  private final Histogram histogram = new Histogram(3);

  public void record(long micros) {
    histogram.recordValue(Math.max(0, micros));
  }

  public void add(Latencies others) {
    histogram.add(others.histogram);
  }

  public long count() {
    return histogram.getTotalCount();
  }

  /**
   * @param percentile 0 to 100
   */
  public double millis(double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1000.0;
  }

  public static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
  }
}
