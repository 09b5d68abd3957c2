package app.goalgpt.console.live;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * How many and how fast, second by second, for the last quarter of an hour. What is heard counts
 * for the second in which it is heard.
 */
public final class Figures {
  private static final int SECONDS_KEPT = 900;
  private static final int SECONDS_OF_MINUTE = 60;
  private static final long LONGEST_MS = Duration.ofHours(1).toMillis();
  private static final int DIGITS = 2;

  /**
   * A second, or a minute.
   *
   * @param at its end
   * @param rewards settled
   * @param p50 of the time from the causing commit to the settlement, in ms; null without rewards
   * @param pushes that FCM accepted, of rewards
   * @param pushP50 of the time from the causing commit to the acceptance, in ms; null without
   *     pushes
   * @param others pushes that FCM accepted, of reminders and campaigns
   */
  public record Point(
      Instant at,
      long rewards,
      Long p50,
      Long p99,
      Long max,
      long pushes,
      Long pushP50,
      Long pushP99,
      long others) {}

  /**
   * @param second the one that has just ended
   * @param minute the last sixty of them together
   */
  public record Tick(Point second, Point minute) {}

  private static final class Bucket {
    private final Histogram settled = new Histogram(LONGEST_MS, DIGITS);
    private final Histogram accepted = new Histogram(LONGEST_MS, DIGITS);
    private long others;

    Point point(Instant at) {
      return new Point(
          at,
          settled.getTotalCount(),
          percentile(settled, 50),
          percentile(settled, 99),
          percentile(settled, 100),
          accepted.getTotalCount(),
          percentile(accepted, 50),
          percentile(accepted, 99),
          others);
    }

    void add(Bucket other) {
      settled.add(other.settled);
      accepted.add(other.accepted);
      others += other.others;
    }

    private static Long percentile(Histogram histogram, double percentile) {
      return histogram.getTotalCount() == 0
          ? null
          : Long.valueOf(histogram.getValueAtPercentile(percentile));
    }
  }

  private final Deque<Point> points = new ArrayDeque<>();
  private final Deque<Bucket> lastMinute = new ArrayDeque<>();
  private Bucket now = new Bucket();

  synchronized void settled(Duration latency) {
    now.settled.recordValue(bounded(latency));
  }

  synchronized void accepted(Duration latency) {
    now.accepted.recordValue(bounded(latency));
  }

  synchronized void acceptedOther() {
    now.others++;
  }

  /** A clock that was put back makes no latency below 0. */
  private static long bounded(Duration latency) {
    return Math.max(0, Math.min(LONGEST_MS, latency.toMillis()));
  }

  /** Ends the second. */
  synchronized Tick tick(Instant at) {
    Point second = now.point(at);
    points.add(second);
    if (points.size() > SECONDS_KEPT) {
      points.remove();
    }
    lastMinute.add(now);
    if (lastMinute.size() > SECONDS_OF_MINUTE) {
      lastMinute.remove();
    }
    now = new Bucket();
    Bucket minute = new Bucket();
    lastMinute.forEach(minute::add);
    return new Tick(second, minute.point(at));
  }

  /** The seconds of the last quarter of an hour, oldest first. */
  public synchronized List<Point> points() {
    return new ArrayList<>(points);
  }
}
