package app.goalgpt.topology.change;

import java.time.Instant;

/** Microseconds since 1970, PostgreSQL's resolution of time. */
public final class Micros {
  private static final long PER_SECOND = 1_000_000L;

  private Micros() {}

  public static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * 1000L);
  }

  public static long of(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), PER_SECOND), instant.getNano() / 1000L);
  }
}
