package app.goalgpt.notifier;

import java.util.TreeSet;

/**
 * Which offsets of one partition are finished, in whatever order they finish. What may be committed
 * is everything before the first that is not. Thread-safe.
 */
final class OffsetTracker {
  private final TreeSet<Long> open = new TreeSet<>();
  private long next;

  /**
   * @param next the offset that will be read first
   */
  OffsetTracker(long next) {
    this.next = next;
  }

  /** A record has been read; it stays open until {@link #finished}. */
  synchronized void read(long offset) {
    open.add(offset);
    next = Math.max(next, offset + 1);
  }

  synchronized void finished(long offset) {
    open.remove(offset);
  }

  /** The offset to commit: the first that a successor would have to read. */
  synchronized long committable() {
    return open.isEmpty() ? next : open.first();
  }
}
