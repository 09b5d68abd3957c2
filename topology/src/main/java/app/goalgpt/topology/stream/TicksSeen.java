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
  private final KeyValueStore<UUID, Instant> store;

  TicksSeen(KeyValueStore<UUID, Instant> store) {
    this.store = store;
  }

  /** The job of a tick that can be used. */
  static Job job(Tick tick) {
    if (tick.plannedAt() == null || tick.sentAt() == null) {
      throw new MalformedMessageException(
          "plannedAt is %s and sentAt is %s: allowed are instants"
              .formatted(tick.plannedAt(), tick.sentAt()));
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
