package app.goalgpt.topology.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.topology.customer.ActiveHours;
import app.goalgpt.topology.customer.Customer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a window's hours begin, by hand. */
class BestHoursTest {
  @ParameterizedTest(name = "{index}: {4} in {2}")
  @CsvSource({
    // an evening in Istanbul: at once in the hour that has begun, else when the hour begins
    "2026-01-12T17:20:00Z, 24, Europe/Istanbul, 20, 2026-01-12T17:20:00Z",
    "2026-01-12T17:20:00Z, 24, Europe/Istanbul, 21, 2026-01-12T18:00:00Z",
    "2026-01-12T17:20:00Z, 24, Europe/Istanbul, 19, 2026-01-13T16:00:00Z",
    "2026-01-12T17:20:00Z, 3, Europe/Istanbul, 23, 2026-01-12T20:00:00Z",
    // not an hour of the window: at once
    "2026-01-12T17:20:00Z, 3, Europe/Istanbul, 0, 2026-01-12T17:20:00Z",
    "2026-01-12T17:00:00Z, 3, Europe/Istanbul, 23, 2026-01-12T17:00:00Z",
    // half an hour beside everybody else
    "2026-01-12T12:15:00Z, 24, Asia/Kolkata, 18, 2026-01-12T12:30:00Z",
    // New York leaps from 02:00 to 03:00 at 07:00Z: nobody is told at 2, who is up at 3 then
    "2026-03-08T01:00:00Z, 24, America/New_York, 1, 2026-03-08T06:00:00Z",
    "2026-03-08T01:00:00Z, 24, America/New_York, 2, 2026-03-08T01:00:00Z",
    "2026-03-08T01:00:00Z, 24, America/New_York, 3, 2026-03-08T07:00:00Z",
    "2026-03-08T01:00:00Z, 24, America/New_York, 19, 2026-03-08T23:00:00Z",
    // … and goes from 02:00 back to 01:00 at 06:00Z: the first time counts, the day has 25 hours
    "2026-11-01T00:00:00Z, 24, America/New_York, 1, 2026-11-01T05:00:00Z",
    "2026-11-01T00:00:00Z, 24, America/New_York, 2, 2026-11-01T07:00:00Z",
    "2026-11-01T00:00:00Z, 24, America/New_York, 19, 2026-11-02T00:00:00Z",
    // begun in the second of them
    "2026-11-01T06:30:00Z, 24, America/New_York, 1, 2026-11-01T06:30:00Z",
    "2026-11-01T06:30:00Z, 24, America/New_York, 2, 2026-11-01T07:00:00Z",
  })
  void whenAnHourBegins(Instant start, int within, String zone, int hour, Instant begins) {
    assertThat(new BestHours(start, within, ZoneId.of(zone)).of(active(hour))).isEqualTo(begins);
  }

  private static ActiveHours active(int... hours) {
    Customer customer = Customer.UNKNOWN;
    for (int hour : hours) {
      Instant at = LocalDate.of(2026, 1, 10).atTime(hour, 59).toInstant(ZoneOffset.UTC);
      customer = customer.activeAt(at, ZoneOffset.UTC);
    }
    return customer.hours();
  }
}
