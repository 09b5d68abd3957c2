package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {
  private static final Instant START = Instant.parse("2026-01-12T12:00:00Z");

  /** The instants of all requests that it allows within so many seconds to somebody who asks on. */
  private static List<Instant> greedy(Budget budget, Instant from, int seconds) {
    List<Instant> sent = new ArrayList<>();
    for (long ms = 0; ms < seconds * 1000L; ms++) {
      Instant now = from.plusMillis(ms);
      while (budget.take(now, 0)) {
        sent.add(now);
      }
    }
    return sent;
  }

  private static long mostInAMinute(List<Instant> sent) {
    long most = 0;
    int first = 0;
    for (int last = 0; last < sent.size(); last++) {
      while (Duration.between(sent.get(first), sent.get(last)).compareTo(Duration.ofMinutes(1))
          >= 0) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  @ParameterizedTest
  @CsvSource({"600, 1, 1", "600, 1, 6", "60000, 5, 6", "600, 1, 100"})
  void noMinuteSeesMoreThanThePartAndHardlyLess(int quota, int mine, int all) {
    Budget budget = new Budget(quota, Duration.ZERO);
    budget.share(mine, all);
    long most = mostInAMinute(greedy(budget, START, 200));
    double part = (double) quota * mine / all;
    assertThat((double) most).isLessThanOrEqualTo(part).isGreaterThan(part * 0.97 - 2);
  }

  @Test
  void thePartsOfAllAreTheQuota() {
    List<Instant> sent = new ArrayList<>();
    for (int mine : new int[] {1, 2, 3}) {
      Budget budget = new Budget(6000, Duration.ZERO);
      budget.share(mine, 6);
      sent.addAll(greedy(budget, START, 70));
    }
    sent.sort(null);
    assertThat(mostInAMinute(sent)).isBetween(5900L, 6000L);
  }

  @Test
  void theRateTakesAMinuteToRise() {
    Budget budget = new Budget(60_000, Duration.ofMinutes(1));
    budget.share(1, 1);
    assertThat((double) greedy(budget, START, 1).size()).as("a tenth").isBetween(90.0, 220.0);
    greedy(budget, START.plusSeconds(1), 29);
    assertThat((double) greedy(budget, START.plusSeconds(30), 1).size()).isBetween(550.0, 650.0);
    greedy(budget, START.plusSeconds(31), 60);
    assertThat((double) greedy(budget, START.plusSeconds(91), 1).size()).isBetween(950.0, 1000.0);
  }

  @Test
  void afterARefusalItIsHalfAsFast() {
    Budget budget = new Budget(60_000, Duration.ofMinutes(1));
    budget.share(1, 1);
    greedy(budget, START, 100);
    budget.halve();
    assertThat((double) greedy(budget, START.plusSeconds(100), 1).size()).isBetween(450.0, 560.0);
  }

  @Test
  void withoutPartitionsNothingIsSent() {
    Budget budget = new Budget(60_000, Duration.ZERO);
    assertThat(budget.take(START, 0)).isFalse();
    budget.share(1, 2);
    assertThat(budget.take(START.plusSeconds(1), 0)).isTrue();
    budget.share(0, 2);
    assertThat(budget.take(START.plusSeconds(2), 0)).isFalse();
    assertThat(budget.nextAt(START.plusSeconds(2), 0)).isEqualTo(Instant.MAX);
  }

  @Test
  void saysHowMuchOfTheLastMinuteWasUsed() {
    Budget budget = new Budget(600, Duration.ZERO);
    budget.share(1, 1);
    for (int second = 0; second < 30; second++) {
      budget.take(START.plusSeconds(second), 0);
    }
    assertThat(budget.usedPart(START.plusSeconds(30))).isEqualTo(30 / 600.0);
    assertThat(budget.usedPart(START.plusSeconds(74))).isEqualTo(15 / 600.0);
    assertThat(budget.usedPart(START.plusSeconds(300))).isZero();
  }
}
