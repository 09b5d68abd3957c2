package app.goalgpt.console.api;

import app.goalgpt.console.change.Changes;
import app.goalgpt.console.http.Exchange;
import app.goalgpt.console.http.Problem;
import app.goalgpt.console.http.Reply;
import app.goalgpt.console.http.Route;
import app.goalgpt.console.letter.Letters;
import app.goalgpt.console.letter.Shelf;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.DeadLetterMark;
import app.goalgpt.messages.DeadLetterMark.Deed;
import app.goalgpt.messages.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Dead letters: listed, read, replayed, dropped. */
public final class LettersApi {
  private final Shelf shelf;
  private final Letters letters;
  private final Changes changes;

  public LettersApi(Shelf shelf, Letters letters, Changes changes) {
    this.shelf = shelf;
    this.letters = letters;
    this.changes = changes;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/api/dead-letters", this::list, "state", "before", "limit"),
        Route.get("/api/dead-letters/{letter}", this::read),
        Route.post("/api/dead-letters/{letter}/replay", this::replay),
        Route.post("/api/dead-letters/{letter}/drop", this::drop));
  }

  /**
   * @param open how many of the newest two thousand are open
   * @param next what to ask for {@code before} of the next page; null on the last one
   */
  record Page(long open, List<Shelf.Summary> letters, Long next) {}

  private Reply list(Exchange exchange) {
    int limit = exchange.limit(50);
    boolean onlyOpen = exchange.asked("state", "open", "all").orElse("open").equals("open");
    long before = exchange.askedNumber("before", 0, Long.MAX_VALUE).orElse(Long.MAX_VALUE);
    List<Shelf.Summary> page = shelf.page(before, onlyOpen, limit);
    Long next = page.size() < limit ? null : Long.valueOf(page.get(page.size() - 1).letter());
    return Reply.ok(new Page(shelf.open(), page, next));
  }

  /**
   * @param mark what was done about it; null while it is open
   */
  record OneLetter(long letter, DeadLetter content, DeadLetterMark mark) {}

  private static long number(Exchange exchange) {
    return exchange.number("letter", Long.MAX_VALUE);
  }

  private DeadLetter found(long letter) {
    return letters
        .read(letter)
        .orElseThrow(() -> Problem.notFound("there is no dead letter with this number"));
  }

  private Reply read(Exchange exchange) {
    long letter = number(exchange);
    return Reply.ok(new OneLetter(letter, found(letter), shelf.markOf(letter).orElse(null)));
  }

  private synchronized Reply replay(Exchange exchange) {
    long letter = open(exchange);
    DeadLetter about = found(letter);
    ProducerRecord<byte[], byte[]> again =
        letters
            .replay(letter, about)
            .orElseThrow(
                () ->
                    Problem.conflict(
                        "the record is not on %s any more: it cannot be replayed, only dropped"
                            .formatted(about.topic())));
    return mark(exchange, letter, about, Deed.REPLAYED, List.of(again));
  }

  private synchronized Reply drop(Exchange exchange) {
    long letter = open(exchange);
    return mark(exchange, letter, found(letter), Deed.DROPPED, List.of());
  }

  private long open(Exchange exchange) {
    long letter = number(exchange);
    exchange.object();
    shelf
        .markOf(letter)
        .ifPresent(
            mark -> {
              throw Problem.conflict(
                  "it was %s by %s already"
                      .formatted(mark.deed().name().toLowerCase(Locale.ROOT), mark.by()));
            });
    return letter;
  }

  private Reply mark(
      Exchange exchange,
      long letter,
      DeadLetter about,
      Deed deed,
      List<ProducerRecord<byte[], byte[]>> records) {
    DeadLetterMark mark =
        new DeadLetterMark(letter, deed, Instant.now(), exchange.operator().name());
    List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(records);
    all.add(changes.record(Topic.DEAD_LETTER_MARKS, Long.toString(letter), mark));
    String action = deed == Deed.REPLAYED ? "dead-letter.replay" : "dead-letter.drop";
    String origin = "%s-%d@%d".formatted(about.topic(), about.partition(), about.offset());
    changes.make(
        Actions.of(
            exchange,
            action,
            Long.toString(letter),
            Map.of("step", about.step(), "record", origin)),
        all);
    shelf.mark(mark);
    return Reply.ok(mark);
  }
}
