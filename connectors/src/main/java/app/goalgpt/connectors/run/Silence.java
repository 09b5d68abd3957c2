package app.goalgpt.connectors.run;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Which runs nothing was heard of for too long. Only what was seen from here counts: a process that
 * was down, or had no database, has reports to read before it may say that there were none.
 */
final class Silence {
  private record Heard(BigDecimal number, Instant since) {}

  private final Duration patience;
  private final Map<UUID, Heard> heard = new HashMap<>();

  Silence(Duration patience) {
    this.patience = patience;
  }

  /**
   * @param open every open run with a number that a report changes
   * @return those whose number has stayed the same for the patience
   */
  List<UUID> of(Map<UUID, BigDecimal> open, Instant now) {
    heard.keySet().retainAll(open.keySet());
    open.forEach(
        (run, number) ->
            heard.compute(
                run,
                (id, last) ->
                    last != null && last.number().equals(number) ? last : new Heard(number, now)));
    return heard.entrySet().stream()
        .filter(entry -> !entry.getValue().since().plus(patience).isAfter(now))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  void startOver() {
    heard.clear();
  }
}
