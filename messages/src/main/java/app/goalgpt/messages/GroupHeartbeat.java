package app.goalgpt.messages;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Whether consumers are in touch with their groups' coordinator. A broker that is away stops the
 * heartbeats, and nothing else of a consumer says so: its polls are just empty.
 */
public final class GroupHeartbeat {
  private static final String GROUP = "consumer-coordinator-metrics";
  private static final String NAME = "last-heartbeat-seconds-ago";

  /** Longer than every session here: by then the group goes on without the consumer. */
  static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

  private GroupHeartbeat() {}

  /**
   * @param metrics a consumer's, or those of several; may be asked on any thread
   * @return why they do not read now; empty when they do, or have not joined yet
   */
  public static Optional<String> trouble(Map<MetricName, ? extends Metric> metrics) {
    double silence = -1;
    for (Map.Entry<MetricName, ? extends Metric> metric : metrics.entrySet()) {
      if (metric.getKey().name().equals(NAME)
          && metric.getKey().group().equals(GROUP)
          && metric.getValue().metricValue() instanceof Number seconds) {
        silence = Math.max(silence, seconds.doubleValue());
      }
    }
    return silence > LONGEST_SILENCE.toSeconds()
        ? Optional.of("the broker was not heard of for %.0f s".formatted(silence))
        : Optional.empty();
  }
}
