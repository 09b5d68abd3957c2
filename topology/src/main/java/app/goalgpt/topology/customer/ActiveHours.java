package app.goalgpt.topology.customer;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * In which hours of which days a customer did something: the newest {@value #DAYS} days on which
 * there was anything, so that habits fade when there are new ones. A set: what is told twice, late
 * or in another order comes to the same. Kept as it is stored, since a sweep reads many and asks
 * few: for each day, ascending, two bytes for its number since 1970 and a bit for each hour.
 */
public final class ActiveHours {
  /** The most days kept. */
  public static final int DAYS = 28;

  public static final ActiveHours NONE = new ActiveHours(new byte[0]);

  private static final long DAY = 86_400; // seconds
  private static final int HOURS = 24;
  private static final int ENTRY = 5;
  private static final int LAST_DAY = 0xFFFF; // in the year 2149

  private final byte[] entries;

  private ActiveHours(byte[] entries) {
    this.entries = entries;
  }

  /**
   * @param bytes {@link #bytes} of some others; not copied
   */
  public static ActiveHours of(byte[] bytes) {
    if (bytes.length % ENTRY != 0 || bytes.length > DAYS * ENTRY) {
      throw new IllegalArgumentException(bytes.length + " bytes are no active hours");
    }
    return bytes.length == 0 ? NONE : new ActiveHours(bytes);
  }

  /** At most {@value #DAYS} times 5 bytes; not to be changed. */
  public byte[] bytes() {
    return entries;
  }

  /** With the hour that it is in that zone at that time; a time out of range is none. */
  ActiveHours with(Instant at, ZoneId zone) {
    long day = Math.floorDiv(at.getEpochSecond(), DAY);
    if (day < 0 || day > LAST_DAY) {
      return this;
    }
    LocalDateTime local = LocalDateTime.ofInstant(at, zone);
    return with(local.toLocalDate(), local.getHour());
  }

  /**
   * With that hour; this same object when it has it, or has {@value #DAYS} newer days.
   *
   * @param hour of the day, 0 to 23
   */
  ActiveHours with(LocalDate date, int hour) {
    long day = date.toEpochDay();
    if (day < 0 || day > LAST_DAY) {
      return this;
    }
    int size = entries.length / ENTRY;
    int at = size;
    while (at > 0 && day(at - 1) >= day) {
      at--;
    }
    if (at < size && day(at) == day) {
      return withHour(at, hour);
    }
    if (size == DAYS && at == 0) {
      return this;
    }
    int dropped = size == DAYS ? 1 : 0;
    byte[] more = new byte[entries.length + (1 - dropped) * ENTRY];
    int before = (at - dropped) * ENTRY;
    System.arraycopy(entries, dropped * ENTRY, more, 0, before);
    System.arraycopy(entries, at * ENTRY, more, before + ENTRY, entries.length - at * ENTRY);
    more[before] = (byte) (day >> 8);
    more[before + 1] = (byte) day;
    return new ActiveHours(more).withHour(at - dropped, hour);
  }

  private ActiveHours withHour(int entry, int hour) {
    int place = entry * ENTRY + 2 + hour / 8;
    int bit = 1 << hour % 8;
    if ((entries[place] & bit) != 0) {
      return this;
    }
    byte[] more = entries.clone();
    more[place] |= (byte) bit;
    return new ActiveHours(more);
  }

  private int day(int entry) {
    return Byte.toUnsignedInt(entries[entry * ENTRY]) << 8
        | Byte.toUnsignedInt(entries[entry * ENTRY + 1]);
  }

  private int hours(int entry) {
    int place = entry * ENTRY + 2;
    return Byte.toUnsignedInt(entries[place])
        | Byte.toUnsignedInt(entries[place + 1]) << 8
        | Byte.toUnsignedInt(entries[place + 2]) << 16;
  }

  /**
   * The hour that the most of the days have; of several such, the one that the newest day has; of
   * those, the earliest of the day. Empty when there is none.
   *
   * @param among the hours that are asked about, a bit for each
   */
  public OptionalInt usual(int among) {
    int[] days = new int[HOURS];
    int[] newest = new int[HOURS];
    for (int entry = 0; entry < entries.length / ENTRY; entry++) {
      for (int left = hours(entry) & among; left != 0; left &= left - 1) {
        int hour = Integer.numberOfTrailingZeros(left);
        days[hour]++;
        newest[hour] = entry;
      }
    }
    int usual = 0;
    for (int hour = 1; hour < HOURS; hour++) {
      if (days[hour] > days[usual] || days[hour] == days[usual] && newest[hour] > newest[usual]) {
        usual = hour;
      }
    }
    return days[usual] == 0 ? OptionalInt.empty() : OptionalInt.of(usual);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ActiveHours hours && Arrays.equals(entries, hours.entries);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(entries);
  }

  /** Such as {@code 2026-01-12: 8, 21}, a line for each day. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int entry = 0; entry < entries.length / ENTRY; entry++) {
      text.append(LocalDate.ofEpochDay(day(entry))).append(':');
      for (int left = hours(entry); left != 0; left &= left - 1) {
        text.append(' ').append(Integer.numberOfTrailingZeros(left));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
