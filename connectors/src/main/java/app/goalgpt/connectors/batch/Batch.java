package app.goalgpt.connectors.batch;

import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.messages.MalformedMessageException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Records that are being worked off. {@link #workOff} may be called again after it failed: it goes
 * on where it stopped. A record that the database refuses is found by halving, and set aside; one
 * that needs a locked row is found likewise, and left for later; all others go through.
 *
 * @param <T> what a record says
 */
public final class Batch<T> {
  /** What is done with the values of some records, all at once or not at all. */
  public interface Work<T> {
    /**
     * @return those that are to be asked again later, by their place in {@code values}, as they are
     *     to be asked then
     */
    Map<Integer, T> on(List<T> values) throws SQLException;
  }

  /**
   * @param attempts how often it was left for later
   */
  record Item<T>(ConsumerRecord<byte[], byte[]> record, T value, int attempts) {
    Item<T> again(T value) {
      return new Item<>(record, value, attempts + 1);
    }
  }

  private record Piece<T>(List<Item<T>> items, boolean tried) {}

  private record Malformed(ConsumerRecord<byte[], byte[]> record, String cause) {}

  private final Deque<Malformed> malformed = new ArrayDeque<>();
  private final Deque<Piece<T>> pieces = new ArrayDeque<>();
  private final List<Item<T>> later = new ArrayList<>();
  private boolean metALock;

  /**
   * @param again what is to be asked again, in pieces of its own: it must not hold up the records
   * @param parse throws {@link MalformedMessageException} for what is not such a record; null for
   *     what is not for us
   * @param atOnce most values that are worked on at once
   */
  Batch(
      Iterable<ConsumerRecord<byte[], byte[]>> records,
      List<Item<T>> again,
      Function<ConsumerRecord<byte[], byte[]>, T> parse,
      int atOnce) {
    List<Item<T>> items = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        T value = parse.apply(record);
        if (value != null) {
          items.add(new Item<>(record, value, 0));
        }
      } catch (MalformedMessageException e) {
        malformed.add(new Malformed(record, Trouble.line(e)));
      }
    }
    cut(items, atOnce);
    cut(again, atOnce);
  }

  private void cut(List<Item<T>> items, int atOnce) {
    for (int from = 0; from < items.size(); from += Math.min(atOnce, items.size() - from)) {
      int to = from + Math.min(atOnce, items.size() - from);
      pieces.add(new Piece<>(items.subList(from, to), false));
    }
  }

  boolean isEmpty() {
    return pieces.isEmpty() && malformed.isEmpty();
  }

  /** What is to be asked again later, when all is worked off. */
  List<Item<T>> later() {
    return later;
  }

  /**
   * Works off what is left.
   *
   * @throws AwayException when the database or the broker is away, or a row is locked: to be called
   *     again
   */
  void workOff(Work<T> work, DeadLetters deadLetters) {
    while (!malformed.isEmpty()) {
      deadLetters.send(malformed.peek().record(), malformed.peek().cause());
      malformed.remove();
    }
    while (!pieces.isEmpty()) {
      Piece<T> piece = pieces.peek();
      try {
        work.on(piece.items().stream().map(Item::value).toList())
            .forEach((place, value) -> later.add(piece.items().get(place).again(value)));
        pieces.remove();
      } catch (SQLException e) {
        if (Trouble.isAboutTheRecord(e)) {
          narrow(piece, e, deadLetters);
        } else if (Trouble.isALock(e) && metALock) {
          narrowToTheLocked(piece);
        } else {
          metALock = Trouble.isALock(e);
          throw new AwayException(Trouble.line(e), e);
        }
      }
    }
  }

  private void halve(Piece<T> piece) {
    int size = piece.items().size();
    pieces.remove();
    pieces.push(new Piece<>(piece.items().subList(size / 2, size), false));
    pieces.push(new Piece<>(piece.items().subList(0, size / 2), false));
  }

  /**
   * Somebody keeps a row locked. The first lock that a batch meets is waited out once; after that
   * whoever needs that row waits alone, and all others go through.
   */
  private void narrowToTheLocked(Piece<T> piece) {
    if (piece.items().size() > 1) {
      halve(piece);
    } else {
      Item<T> locked = pieces.remove().items().get(0);
      later.add(locked.again(locked.value()));
    }
  }

  private void narrow(Piece<T> piece, SQLException e, DeadLetters deadLetters) {
    if (piece.items().size() > 1) {
      halve(piece);
    } else if (!piece.tried()) {
      // Once more: a unique key may have been taken by a transaction that ran beside this one.
      pieces.remove();
      pieces.push(new Piece<>(piece.items(), true));
    } else {
      String cause = "the database refuses it (SQLSTATE %s): ".formatted(e.getSQLState());
      deadLetters.send(piece.items().get(0).record(), cause + Trouble.line(e));
      pieces.remove();
    }
  }
}
