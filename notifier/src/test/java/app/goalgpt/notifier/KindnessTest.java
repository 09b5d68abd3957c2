package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.messages.Push;
import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KindnessTest {
  private static Kindness kindness(String hours, String zone) {
    return Kindness.from(Settings.of(Map.of("QUIET_HOURS", hours, "BUSINESS_ZONE", zone)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "23:00-08:00 | UTC             | 2026-01-12T22:59:59Z | -",
        "23:00-08:00 | UTC             | 2026-01-12T23:00:00Z | 2026-01-13T08:00:00Z",
        "23:00-08:00 | UTC             | 2026-01-13T00:00:00Z | 2026-01-13T08:00:00Z",
        "23:00-08:00 | UTC             | 2026-01-13T07:59:59Z | 2026-01-13T08:00:00Z",
        "23:00-08:00 | UTC             | 2026-01-13T08:00:00Z | -",
        "13:00-15:00 | UTC             | 2026-01-13T14:00:00Z | 2026-01-13T15:00:00Z",
        "13:00-15:00 | UTC             | 2026-01-13T15:00:00Z | -",
        "13:00-15:00 | UTC             | 2026-01-13T12:59:00Z | -",
        // Istanbul is UTC+3 all year.
        "23:00-08:00 | Europe/Istanbul | 2026-01-12T20:00:00Z | 2026-01-13T05:00:00Z",
        "23:00-08:00 | Europe/Istanbul | 2026-01-13T05:00:00Z | -",
        // Berlin's clocks go forward on 2026-03-29: the night is an hour shorter.
        "23:00-08:00 | Europe/Berlin   | 2026-03-28T22:00:00Z | 2026-03-29T06:00:00Z",
        "00:00-06:00 | UTC             | 2026-01-13T00:00:00Z | 2026-01-13T06:00:00Z",
        "22:00-00:00 | UTC             | 2026-01-13T23:00:00Z | 2026-01-14T00:00:00Z",
      })
  void quietHoursEndWhenTheyEndInTheBusinessZone(
      String hours, String zone, Instant now, Instant until) {
    Kindness kindness = kindness(hours, zone);
    for (Push.Lane lane : new Push.Lane[] {Push.Lane.REMINDER, Push.Lane.CAMPAIGN}) {
      assertThat(kindness.quietUntil(lane, now).orElse(null)).isEqualTo(until);
    }
    assertThat(kindness.quietUntil(Push.Lane.REWARD, now)).isEmpty();
  }

  @Test
  void rewardsMayBeToldToWaitToo() {
    Kindness kindness =
        Kindness.from(
            Settings.of(Map.of("QUIET_HOURS", "23:00-08:00", "QUIET_HOURS_REWARDS", "true")));
    assertThat(kindness.quietUntil(Push.Lane.REWARD, Instant.parse("2026-01-12T23:30:00Z")))
        .contains(Instant.parse("2026-01-13T08:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"23:00", "23:00-23:00", "23-8", "late-early", "23:00-08:00-09:00", "-"})
  void whatIsNoHoursIsRefused(String hours) {
    assertThatThrownBy(() -> kindness(hours, "UTC"))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("QUIET_HOURS");
  }

  @Test
  void aCustomerGetsAsManyADayAsTheCapSays() {
    DailyCap cap = new DailyCap(2, ZoneId.of("Europe/Istanbul"));
    UUID customer = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    Instant noon = Instant.parse("2026-01-12T09:00:00Z");
    assertThat(cap.take(customer, noon)).isTrue();
    assertThat(cap.take(customer, noon)).isTrue();
    assertThat(cap.take(customer, noon)).isFalse();
    assertThat(cap.take(other, noon)).isTrue();
    assertThat(cap.take(customer, Instant.parse("2026-01-12T20:59:59Z"))).isFalse();
    assertThat(cap.take(customer, Instant.parse("2026-01-12T21:00:00Z"))).as("tomorrow").isTrue();
    assertThat(cap.take(other, noon)).as("what comes late of yesterday is not counted").isTrue();
    assertThat(cap.take(customer, Instant.parse("2026-01-12T21:00:00Z"))).isTrue();
    assertThat(cap.take(customer, Instant.parse("2026-01-12T21:00:00Z"))).isFalse();
  }

  @Test
  void withoutACapNothingIsCounted() {
    DailyCap none = new DailyCap(0, ZoneId.of("UTC"));
    UUID customer = UUID.randomUUID();
    for (int i = 0; i < 1000; i++) {
      assertThat(none.take(customer, Instant.EPOCH)).isTrue();
    }
  }
}
