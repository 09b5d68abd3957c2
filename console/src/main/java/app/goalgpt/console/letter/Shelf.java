package app.goalgpt.console.letter;

import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.DeadLetterMark;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of the newest dead letters, without their contents, and what was done about them.
 */
public final class Shelf {
  /** Older ones are on the topic still. */
  public static final int KEPT = 2_000;

  private static final int SHOWN = 300;

  private final TreeMap<Long, Summary> letters = new TreeMap<>();
  private final Map<Long, DeadLetterMark> marks = new HashMap<>();

  /**
   * @param letter its offset on the topic of dead letters
   * @param cause the beginning of it
   * @param mark what was done about it; null while it is open
   */
  public record Summary(
      long letter,
      String step,
      String cause,
      String topic,
      int partition,
      long offset,
      String key,
      Instant at,
      DeadLetterMark mark) {
    private Summary marked(DeadLetterMark done) {
      return new Summary(letter, step, cause, topic, partition, offset, key, at, done);
    }
  }

  /** Takes one in. */
  public synchronized Summary put(long offset, DeadLetter letter) {
    Summary summary =
        new Summary(
            offset,
            letter.step(),
            shortened(Secrets.blanked(letter.cause())),
            letter.topic(),
            letter.partition(),
            letter.offset(),
            shortened(letter.key()),
            letter.at(),
            null);
    letters.put(offset, summary);
    if (letters.size() > KEPT) {
      letters.pollFirstEntry();
    }
    return summary;
  }

  public synchronized void mark(DeadLetterMark mark) {
    marks.put(mark.letter(), mark);
  }

  public synchronized Optional<DeadLetterMark> markOf(long letter) {
    return Optional.ofNullable(marks.get(letter));
  }

  /** How many of the newest are open. */
  public synchronized long open() {
    return letters.keySet().stream().filter(letter -> !marks.containsKey(letter)).count();
  }

  /**
   * The newest first.
   *
   * @param before only those before this one
   * @param onlyOpen whether those about which something was done are left out
   */
  public synchronized List<Summary> page(long before, boolean onlyOpen, int limit) {
    return letters.headMap(before, false).descendingMap().values().stream()
        .filter(summary -> !onlyOpen || !marks.containsKey(summary.letter()))
        .limit(limit)
        .map(summary -> summary.marked(marks.get(summary.letter())))
        .toList();
  }

  /** Open letters whose record was keyed so: what keeps a customer's reward, perhaps. */
  public synchronized List<Summary> keyed(String key) {
    return letters.descendingMap().values().stream()
        .filter(summary -> key.equals(summary.key()) && !marks.containsKey(summary.letter()))
        .limit(20)
        .toList();
  }

  private static String shortened(String text) {
    return text == null || text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
