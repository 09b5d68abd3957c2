package app.goalgpt.topology.stream;

import app.goalgpt.messages.Job;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.Tick;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The runs whose ticks were seen: the same tick seen twice has no second effect. */
final class TicksSeen {
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  private final KeyValueStore<UUID, Instant> store;

  TicksSeen(KeyValueStore<UUID, Instant> store) {
    this.store = store;
  }

  /** The job of a tick that can be used. */
  static Job job(Tick tick) {
    if (!sensible(tick.plannedAt()) || !sensible(tick.sentAt())) {
      throw new MalformedMessageException(
          "plannedAt is %s and sentAt is %s: allowed are instants from %s to %s"
              .formatted(tick.plannedAt(), tick.sentAt(), EARLIEST, LATEST));
    }
    return Job.named(tick.job())
        .orElseThrow(
            () ->
                new MalformedMessageException(
                    "job is %s: allowed is one of %s"
                        .formatted(
                            tick.job(),
                            Arrays.stream(Job.values())
                                .map(Job::specName)
                                .collect(Collectors.joining(", ")))));
  }

  /** Whether days and years can be counted from it. */
  private static boolean sensible(Instant instant) {
    return instant != null && instant.isAfter(EARLIEST) && instant.isBefore(LATEST);
  }

  boolean isNew(Tick tick) {
    return store.putIfAbsent(tick.runId(), tick.sentAt()) == null;
  }

  void forgetBefore(Instant oldest) {
    try (KeyValueIterator<UUID, Instant> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<UUID, Instant> seen = all.next();
        if (seen.value.isBefore(oldest)) {
          store.delete(seen.key);
        }
      }
    }
  }
}
