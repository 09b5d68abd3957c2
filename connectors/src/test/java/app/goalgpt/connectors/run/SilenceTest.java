package app.goalgpt.connectors.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SilenceTest {
  private static final Instant NOON = Instant.parse("2026-01-12T12:00:00Z");
  private static final UUID RUN = new UUID(0, 1);
  private final Silence silence = new Silence(Duration.ofMinutes(15));

  private static Map<UUID, BigDecimal> heard(long number) {
    return Map.of(RUN, BigDecimal.valueOf(number));
  }

  private static Instant minutes(long minutes) {
    return NOON.plus(Duration.ofMinutes(minutes));
  }

  @Test
  void aRunIsSilentWhenNothingChangedForThePatience() {
    assertThat(silence.of(heard(7), NOON)).isEmpty();
    assertThat(silence.of(heard(7), minutes(14))).isEmpty();
    assertThat(silence.of(heard(7), minutes(15))).containsExactly(RUN);
  }

  @Test
  void aReportStartsThePatienceAnew() {
    silence.of(heard(7), NOON);
    assertThat(silence.of(heard(8), minutes(14))).isEmpty();
    assertThat(silence.of(heard(8), minutes(28))).isEmpty();
    assertThat(silence.of(heard(8), minutes(29))).containsExactly(RUN);
  }

  @Test
  void whatWasNotWatchedDoesNotCount() {
    silence.of(heard(7), NOON);
    silence.startOver();
    assertThat(silence.of(heard(7), minutes(60))).isEmpty();
    assertThat(silence.of(heard(7), minutes(75))).containsExactly(RUN);
  }

  @Test
  void anEndedRunIsForgotten() {
    silence.of(heard(7), NOON);
    assertThat(silence.of(Map.of(), minutes(20))).isEmpty();
    assertThat(silence.of(heard(7), minutes(21))).isEmpty();
  }
}
