package app.goalgpt.topology.campaign;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** {@code scheduled_notifications.target_audience}. */
enum Audience {
  ALL,
  VIP,
  FREE,
  SEGMENT;

  static Optional<Audience> named(String specName) {
    return Arrays.stream(values())
        .filter(audience -> audience.name().toLowerCase(Locale.ROOT).equals(specName))
        .findFirst();
  }
}
