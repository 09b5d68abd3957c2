package app.goalgpt.notifier;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The ids of pushes sent within the last while. Two longs an id, in open addressing, about 32 bytes
 * for each; an hour's ids, or a part of it, together so that they are forgotten at once. Not
 * thread-safe.
 */
final class RecentIds {
  /** The part of all that is forgotten at once when there are too many. */
  private static final int PARTS = 8;

  private static final int PARTS_BITS = 16;

  private final Duration memory;
  private final int most;
  private final TreeMap<Long, IdSet> parts = new TreeMap<>();
  private int size;
  private boolean isCut;

  /**
   * @param memory how long an id is remembered; at most an hour longer
   * @param most ids that are remembered; the oldest are forgotten first
   */
  RecentIds(Duration memory, int most) {
    this.memory = memory;
    this.most = most;
  }

  /**
   * @param at when it was sent
   */
  void add(UUID id, Instant at) {
    if (contains(id)) {
      return;
    }
    part(Math.floorDiv(at.getEpochSecond(), 3600)).add(id);
    size++;
    while (size > most) {
      isCut = true;
      size -= parts.pollFirstEntry().getValue().size;
    }
  }

  private IdSet part(long hour) {
    long first = hour << PARTS_BITS;
    Map.Entry<Long, IdSet> last = parts.lowerEntry(hour + 1 << PARTS_BITS);
    if (last == null || last.getKey() < first) {
      return parts.computeIfAbsent(first, any -> new IdSet());
    }
    return last.getValue().size <= most / PARTS
        ? last.getValue()
        : parts.computeIfAbsent(last.getKey() + 1, any -> new IdSet());
  }

  boolean contains(UUID id) {
    for (IdSet part : parts.values()) {
      if (part.contains(id)) {
        return true;
      }
    }
    return false;
  }

  void forgetOlder(Instant now) {
    long hour = Math.floorDiv(now.minus(memory).getEpochSecond(), 3600);
    Map<Long, IdSet> old = parts.headMap(hour << PARTS_BITS);
    old.values().forEach(part -> size -= part.size);
    old.clear();
  }

  int size() {
    return size;
  }

  /** Whether ids were forgotten because there were too many. */
  boolean isCut() {
    return isCut;
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
