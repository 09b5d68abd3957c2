package app.goalgpt.topology.stream;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * What a partition of the public topics says was announced: the memory that outlives a task's
 * state.
 */
@FunctionalInterface
interface AnnouncementHistory {

  /**
   * @param horizon everything settled up to then counts as announced
   * @param recent the rewards announced that were settled after it, and the pushes made that are
   *     still worth sending
   */
  record Tail(Instant horizon, Map<UUID, Instant> recent) {
    static final Tail EMPTY = new Tail(Instant.EPOCH, Map.of());
  }

  Tail read(int partition);
}
