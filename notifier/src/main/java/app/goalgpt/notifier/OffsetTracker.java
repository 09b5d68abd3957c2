package app.goalgpt.notifier;

import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Which offsets of one partition are finished, in whatever order they finish. What is committed is
 * the first that is not, and with it, as the commit's metadata, which of those after it are: a push
 * that waits for hours brings nothing back that overtook it. Thread-safe.
 */
final class OffsetTracker {
  /** Brokers take 4096 bytes of metadata unless told otherwise (offset.metadata.max.bytes). */
  private static final int LONGEST = 4000;

  private static final int BASE = 36;

  /** Numbers that may stand in a note: more can be finished than open. */
  private static final Pattern OPEN_RUN = Pattern.compile("[0-9a-z]{1,4}");

  private static final Pattern FINISHED_RUN = Pattern.compile("[0-9a-z]{1,9}");

  private final TreeSet<Long> open = new TreeSet<>();

  /** Open offsets of whoever had the partition before that have not been read here yet. */
  private final TreeSet<Long> inherited = new TreeSet<>();

  private long next;

  /**
   * @param next the offset that will be read first
   */
  OffsetTracker(long next) {
    this.next = next;
  }

  /**
   * Goes on where a predecessor was.
   *
   * @param position the offset that will be read first
   * @param committed what the predecessor committed; null, or of another offset, when unknown
   */
  static OffsetTracker after(long position, OffsetAndMetadata committed) {
    OffsetTracker tracker = new OffsetTracker(position);
    if (committed != null && committed.offset() == position && !committed.metadata().isEmpty()) {
      tracker.inherit(committed.metadata());
    }
    return tracker;
  }

  /** Numbers of offsets that are open and finished in turn. */
  private void inherit(String metadata) {
    String[] runs = metadata.split(",", -1);
    if (!isOurs(runs)) {
      return;
    }
    for (int i = 0; i < runs.length; i += 2) {
      for (long end = next + Long.parseLong(runs[i], BASE); next < end; next++) {
        inherited.add(next);
      }
      next += Long.parseLong(runs[i + 1], BASE);
    }
    open.addAll(inherited);
  }

  private static boolean isOurs(String[] runs) {
    for (int i = 0; i < runs.length; i++) {
      if (!(i % 2 == 0 ? OPEN_RUN : FINISHED_RUN).matcher(runs[i]).matches()) {
        return false;
      }
    }
    return runs.length % 2 == 0;
  }

  /**
   * A record has been read; it stays open until {@link #finished}.
   *
   * @return whether it is new here: false when it was finished before
   */
  synchronized boolean read(long offset) {
    while (!inherited.isEmpty() && inherited.first() < offset) {
      open.remove(inherited.pollFirst()); // the topic does not hold it any more
    }
    inherited.remove(offset);
    if (offset < next) {
      return open.contains(offset);
    }
    open.add(offset);
    next = offset + 1;
    return true;
  }

  synchronized void finished(long offset) {
    open.remove(offset);
  }

  /** What to commit: the first offset that a successor would have to read, and what it may skip. */
  synchronized OffsetAndMetadata committable() {
    if (open.isEmpty()) {
      return new OffsetAndMetadata(next);
    }
    StringBuilder runs = new StringBuilder();
    long from = open.first();
    long last = from;
    for (long offset : open) {
      if (offset > last + 1) {
        if (!append(runs, last + 1 - from, offset - last - 1)) {
          return new OffsetAndMetadata(open.first(), runs.toString());
        }
        from = offset;
      }
      last = offset;
    }
    if (last + 1 < next) {
      append(runs, last + 1 - from, next - last - 1);
    }
    return new OffsetAndMetadata(open.first(), runs.toString());
  }

  private static boolean append(StringBuilder runs, long open, long finished) {
    String more = Long.toString(open, BASE) + "," + Long.toString(finished, BASE);
    if (runs.length() + more.length() >= LONGEST) {
      return false;
    }
    runs.append(runs.isEmpty() ? "" : ",").append(more);
    return true;
  }
}
