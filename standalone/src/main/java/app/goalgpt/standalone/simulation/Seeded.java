package app.goalgpt.standalone.simulation;

import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Ids and random numbers that follow from a seed and a place ("the third comment of customer 17"),
 * not from the order of asking. So any row can be named again without having been kept.
 */
final class Seeded {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private final long seed;

  Seeded(long seed) {
    this.seed = seed;
  }

  /**
   * A version 7 UUID: it begins with the place and goes on at random. Rows written in order are in
   * order in their indexes, which makes filling millions of rows much faster.
   */
  UUID id(String kind, long a, long b) {
    long random = place(kind, a, b);
    long ordered = (a << 32) | ((b & 0xFFFFL) << 16);
    return new UUID(
        ordered | 0x7000L | (random & 0x0FFFL),
        (mix(random + GOLDEN_GAMMA) & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L);
  }

  UUID id(String kind, long a) {
    return id(kind, a, 0);
  }

  SplittableRandom random(String kind, long a) {
    return new SplittableRandom(place(kind, a, 1));
  }

  private long place(String kind, long a, long b) {
    long mixed = mix(seed + GOLDEN_GAMMA);
    mixed = mix(mixed ^ kind.hashCode());
    mixed = mix(mixed ^ (a + GOLDEN_GAMMA));
    return mix(mixed ^ (b * GOLDEN_GAMMA + 1));
  }

  /** SplitMix64's finalizer. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
