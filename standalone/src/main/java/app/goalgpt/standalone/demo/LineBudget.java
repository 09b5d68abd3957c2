package app.goalgpt.standalone.demo;

/** So many lines a second, the rest are only counted. */
final class LineBudget {
  private final int perSecond;
  private long second;
  private int used;
  private long leftOut;

  LineBudget(int perSecond) {
    this.perSecond = perSecond;
  }

  synchronized boolean take() {
    long now = System.nanoTime() / 1_000_000_000;
    if (now != second) {
      second = now;
      used = 0;
    }
    if (used < perSecond) {
      used++;
      return true;
    }
    leftOut++;
    return false;
  }

  /** How many were refused since this was last asked. */
  synchronized long leftOut() {
    long count = leftOut;
    leftOut = 0;
    return count;
  }
}
