package app.goalgpt.notifier;

import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * How long to wait, always with jitter, so that what failed together does not come back together.
 *
 * @param first the pause after the first failure
 * @param longest where the doubling ends
 * @param random evenly spread over [0, 1)
 */
record RetryPolicy(Duration first, Duration longest, DoubleSupplier random) {
  /** What FCM asks for after 429 without Retry-After. */
  static final Duration QUOTA_LEAST = Duration.ofMinutes(1);

  private static final Duration QUOTA_MOST = Duration.ofMinutes(10);

  /** Longer than any push lives; a server may ask for centuries. */
  private static final Duration LONGEST_ASKED_FOR = Duration.ofDays(7);

  private static final double JITTER = 0.25;

  /**
   * The pause before one message is tried again.
   *
   * @param failures failures so far, at least 1
   * @param retryAfter what was asked for; zero is none, but for a first failure only: what fails
   *     again and again must not turn in a circle
   */
  Duration again(int failures, Optional<Duration> retryAfter) {
    return retryAfter
        .filter(wait -> failures == 1 || !wait.isZero())
        .map(this::notBefore)
        .orElseGet(() -> scaled(doubled(first, failures, longest), 0.5 + random.getAsDouble() / 2));
  }

  /**
   * The pause of everything after the quota was used up.
   *
   * @param inARow how often in a row it has happened, at least 1
   */
  Duration quota(int inARow, Optional<Duration> retryAfter) {
    return notBefore(retryAfter.orElseGet(() -> doubled(QUOTA_LEAST, inARow, QUOTA_MOST)));
  }

  private Duration notBefore(Duration least) {
    Duration pause = least.compareTo(LONGEST_ASKED_FOR) < 0 ? least : LONGEST_ASKED_FOR;
    return scaled(pause, 1 + JITTER * random.getAsDouble());
  }

  private static Duration doubled(Duration first, int times, Duration most) {
    Duration pause = first.multipliedBy(1L << Math.min(times - 1, 20));
    return pause.compareTo(most) < 0 ? pause : most;
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }
}
