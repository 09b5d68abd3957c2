package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A poll waits for nothing after a slice that left something to do. */
class PaceTest {
  private static final Duration USUAL = Duration.ofMillis(5);

  private final Pace pace = new Pace();

  @Test
  void onePollIsHurriedAndTheNextWaitsAgain() {
    assertThat(pace.wait(USUAL)).isEqualTo(USUAL);
    pace.hurry();
    assertThat(pace.wait(USUAL)).isZero();
    assertThat(pace.wait(USUAL)).isEqualTo(USUAL);
  }

  @Test
  void otherThreadsKeepTheirPace() {
    pace.hurry();

    assertThat(CompletableFuture.supplyAsync(() -> pace.wait(USUAL)).join()).isEqualTo(USUAL);
  }
}
