package app.goalgpt.connectors.batch;

import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.messages.MalformedMessageException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Records that are being worked off. {@link #workOff} may be called again after it failed: it goes
 * on where it stopped. A record that the database refuses is found by halving, and set aside; all
 * others go through.
 *
 * @param <T> what a record says
 */
public final class Batch<T> {
  /** What is done with the values of some records, all at once or not at all. */
  public interface Work<T> {
    void on(List<T> values) throws SQLException;
  }

  private record Item<T>(ConsumerRecord<byte[], byte[]> record, T value) {}

  private record Piece<T>(List<Item<T>> items, boolean tried) {}

  private record Malformed(ConsumerRecord<byte[], byte[]> record, String cause) {}

  private final Deque<Malformed> malformed = new ArrayDeque<>();
  private final Deque<Piece<T>> pieces = new ArrayDeque<>();

  /**
   * @param parse throws {@link MalformedMessageException} for what is not such a record; null for
   *     what is not for us
   * @param atOnce most values that are worked on at once
   */
  Batch(
      Iterable<ConsumerRecord<byte[], byte[]>> records,
      Function<ConsumerRecord<byte[], byte[]>, T> parse,
      int atOnce) {
    List<Item<T>> items = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        T value = parse.apply(record);
        if (value != null) {
          items.add(new Item<>(record, value));
        }
      } catch (MalformedMessageException e) {
        malformed.add(new Malformed(record, Trouble.line(e)));
      }
    }
    for (int from = 0; from < items.size(); from += atOnce) {
      pieces.add(new Piece<>(items.subList(from, Math.min(items.size(), from + atOnce)), false));
    }
  }

  boolean isEmpty() {
    return pieces.isEmpty() && malformed.isEmpty();
  }

  /**
   * Works off what is left.
   *
   * @throws AwayException when the database or the broker is away: to be called again
   */
  void workOff(Work<T> work, DeadLetters deadLetters) {
    while (!malformed.isEmpty()) {
      deadLetters.send(malformed.peek().record(), malformed.peek().cause());
      malformed.remove();
    }
    while (!pieces.isEmpty()) {
      Piece<T> piece = pieces.peek();
      try {
        work.on(piece.items().stream().map(Item::value).toList());
        pieces.remove();
      } catch (SQLException e) {
        if (!Trouble.isAboutTheRecord(e)) {
          throw new AwayException(Trouble.line(e), e);
        }
        narrow(piece, e, deadLetters);
      }
    }
  }

  private void narrow(Piece<T> piece, SQLException e, DeadLetters deadLetters) {
    int size = piece.items().size();
    if (size > 1) {
      pieces.remove();
      pieces.push(new Piece<>(piece.items().subList(size / 2, size), false));
      pieces.push(new Piece<>(piece.items().subList(0, size / 2), false));
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
