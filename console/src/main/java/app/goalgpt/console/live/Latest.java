package app.goalgpt.console.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** The last so many that came. */
public final class Latest<T> {
  private final int most;
  private final Deque<T> kept = new ArrayDeque<>();

  Latest(int most) {
    this.most = most;
  }

  synchronized void add(T one) {
    kept.add(one);
    if (kept.size() > most) {
      kept.remove();
    }
  }

  /** The last of them first. */
  public synchronized List<T> newest(int limit) {
    List<T> newest = new ArrayList<>(kept);
    Collections.reverse(newest);
    return newest.subList(0, Math.min(limit, newest.size()));
  }
}
