package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private static RetryPolicy drawing(double random) {
    return new RetryPolicy(FIRST, LONGEST, () -> random);
  }

  @Test
  void doublesFromTheFirstPauseToTheLongest() {
    RetryPolicy latest = drawing(1);
    assertThat(latest.again(1, Optional.empty())).isEqualTo(Duration.ofSeconds(1));
    assertThat(latest.again(2, Optional.empty())).isEqualTo(Duration.ofSeconds(2));
    assertThat(latest.again(6, Optional.empty())).isEqualTo(Duration.ofSeconds(32));
    assertThat(latest.again(7, Optional.empty())).isEqualTo(LONGEST);
    assertThat(latest.again(1000, Optional.empty())).isEqualTo(LONGEST);
  }

  @Test
  void spreadsOverTheLaterHalfOfThePause() {
    assertThat(drawing(0).again(3, Optional.empty())).isEqualTo(Duration.ofSeconds(2));
    assertThat(drawing(0.5).again(3, Optional.empty())).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void isNeverBackBeforeRetryAfter() {
    Optional<Duration> twoMinutes = Optional.of(Duration.ofSeconds(120));
    assertThat(drawing(0).again(1, twoMinutes)).isEqualTo(Duration.ofSeconds(120));
    assertThat(drawing(1).again(9, twoMinutes)).isEqualTo(Duration.ofSeconds(150));
  }

  @Test
  void aServerMayAskForCenturies() {
    assertThat(drawing(0).again(1, Optional.of(Duration.ofDays(365_000))))
        .isEqualTo(Duration.ofDays(7));
  }

  @Test
  void aUsedUpQuotaCostsAtLeastAMinute() {
    assertThat(drawing(0).quota(1, Optional.empty())).isEqualTo(Duration.ofMinutes(1));
    assertThat(drawing(1).quota(1, Optional.empty())).isEqualTo(Duration.ofSeconds(75));
    assertThat(drawing(0).quota(2, Optional.empty())).isEqualTo(Duration.ofMinutes(2));
    assertThat(drawing(0).quota(50, Optional.empty())).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void aUsedUpQuotaWithRetryAfterCostsThat() {
    assertThat(drawing(0).quota(3, Optional.of(Duration.ofSeconds(5))))
        .isEqualTo(Duration.ofSeconds(5));
  }
}
