package app.goalgpt.notifier;

import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The ids of pushes sent within the last while. Two longs an id, in open addressing, an hour's ids
 * together so that an hour is forgotten at once: about 32 bytes for each. Not thread-safe.
 */
final class RecentIds {
  private final Duration memory;
  private final TreeMap<Long, IdSet> hours = new TreeMap<>();

  /**
   * @param memory how long an id is remembered at least; at most an hour longer
   */
  RecentIds(Duration memory) {
    this.memory = memory;
  }

  /**
   * @param at when it was sent
   */
  void add(UUID id, Instant at) {
    hours.computeIfAbsent(hour(at), any -> new IdSet()).add(id);
  }

  boolean contains(UUID id) {
    return hours.values().stream().anyMatch(set -> set.contains(id));
  }

  void forgetOlder(Instant now) {
    hours.headMap(hour(now.minus(memory))).clear();
  }

  int size() {
    return hours.values().stream().mapToInt(set -> set.size).sum();
  }

  private static long hour(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), 3600);
  }

  /** A set of 128-bit ids; the all-zero id, which marks a free place, is kept apart. */
  static final class IdSet {
    private long[] table = new long[64];
    private int size;
    private boolean hasZero;

    boolean contains(UUID id) {
      long high = id.getMostSignificantBits();
      long low = id.getLeastSignificantBits();
      return high == 0 && low == 0 ? hasZero : isAt(place(table, high, low), high, low);
    }

    void add(UUID id) {
      long high = id.getMostSignificantBits();
      long low = id.getLeastSignificantBits();
      if (high == 0 && low == 0) {
        size += hasZero ? 0 : 1;
        hasZero = true;
        return;
      }
      int place = place(table, high, low);
      if (!isAt(place, high, low)) {
        table[place] = high;
        table[place + 1] = low;
        size++;
        if (size * 3 > table.length) {
          grow();
        }
      }
    }

    private boolean isAt(int place, long high, long low) {
      return table[place] == high && table[place + 1] == low;
    }

    /** Where the id is, or where it would go. */
    private static int place(long[] table, long high, long low) {
      int mask = table.length - 1;
      int place = (int) mixed(high ^ low) & mask & ~1;
      while ((table[place] != 0 || table[place + 1] != 0)
          && (table[place] != high || table[place + 1] != low)) {
        place = (place + 2) & mask;
      }
      return place;
    }

    private static long mixed(long bits) {
      long product = bits * 0x9E3779B97F4A7C15L;
      return product ^ (product >>> 32);
    }

    private void grow() {
      long[] larger = new long[table.length * 2];
      for (int i = 0; i < table.length; i += 2) {
        if (table[i] != 0 || table[i + 1] != 0) {
          int place = place(larger, table[i], table[i + 1]);
          larger[place] = table[i];
          larger[place + 1] = table[i + 1];
        }
      }
      table = larger;
    }
  }
}
