package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Sweeps take what time rewards leave. */
class PaceTest {
  private static final Duration USUAL = Duration.ofMillis(5);
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final Pace pace = new Pace();

  @Test
  void onePollIsHurriedAndTheNextWaitsAgain() {
    assertThat(pace.wait(USUAL)).isEqualTo(USUAL);
    pace.hurry(NOON);
    assertThat(pace.wait(USUAL)).isZero();
    assertThat(pace.wait(USUAL)).isEqualTo(USUAL);
  }

  @Test
  void whereNoChangesComeEverySliceMayBegin() {
    assertThat(pace.allows(NOON, NOON)).isTrue();
  }

  @Test
  void whileChangesComeSlicesHaveAPauseBetweenThemAndPollsWait() {
    pace.changeCame(NOON);
    Instant soon = NOON.plusMillis(1);
    assertThat(pace.allows(NOON, soon)).isFalse();
    assertThat(pace.allows(soon.minus(Pace.BETWEEN_SLICES), soon)).isTrue();
    pace.hurry(soon);
    assertThat(pace.wait(USUAL)).isEqualTo(USUAL);

    Instant later = NOON.plus(Pace.QUIET);
    assertThat(pace.allows(later.minusMillis(1), later)).isTrue();
    pace.hurry(later);
    assertThat(pace.wait(USUAL)).isZero();
  }

  @Test
  void otherThreadsKeepTheirPace() {
    pace.changeCame(NOON);
    pace.hurry(NOON.plus(Pace.QUIET));

    assertThat(CompletableFuture.supplyAsync(() -> pace.wait(USUAL)).join()).isEqualTo(USUAL);
    assertThat(CompletableFuture.supplyAsync(() -> pace.allows(NOON, NOON)).join()).isTrue();
  }
}
