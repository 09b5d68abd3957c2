package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.Json;
import app.goalgpt.topology.announcement.Pushes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/** What a new state found on the pushes topic, and for how long sweeps ask for it. */
class AnnouncerTest {
  private static final Instant START = Instant.parse("2026-01-12T12:00:00Z");
  private static final Duration MEMORY = Duration.ofHours(24);
  private static final Instant LAST_MOMENT = START.plus(MEMORY).minusMillis(1);

  private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
  private final KeyValueStore<UUID, Instant> store = store(Nodes.ANNOUNCED_STORE, Instant.class);
  private final KeyValueStore<UUID, HeldUnlocks.Held> held =
      store(Nodes.HELD_UNLOCKS_STORE, HeldUnlocks.Held.class);
  private final UUID pushed = UUID.randomUUID();
  private final UUID notPushed = UUID.randomUUID();
  private final AnnouncementHistory.Tail found =
      new AnnouncementHistory.Tail(Instant.EPOCH, Map.of(pushed, START));

  @Test
  void isKnownToEveryOwnerOfTheStateForAsLongAsItCouldBeRepeated() {
    assertThat(owner(found).hasPushed(pushed, START)).isTrue();

    Announcer next = owner(AnnouncementHistory.Tail.EMPTY);

    assertThat(next.hasPushed(pushed, LAST_MOMENT)).isTrue();
    assertThat(next.hasPushed(notPushed, LAST_MOMENT)).isFalse();
    assertThat(next.hasPushed(pushed, START.plus(MEMORY))).as("nobody makes it again").isFalse();
  }

  @Test
  void isLookedForWithoutEndInTheStateOfABuildThatDidNotSayUntilWhen() {
    owner(found).hasPushed(pushed, START);
    store.delete(new UUID(0, 1));

    Announcer next = owner(AnnouncementHistory.Tail.EMPTY);

    assertThat(next.hasPushed(pushed, START.plus(MEMORY))).isTrue();
  }

  /** A task that has just been given the partition. */
  private Announcer owner(AnnouncementHistory.Tail history) {
    return new Announcer(
        store,
        partition -> history,
        0,
        MEMORY,
        new Pushes(MEMORY),
        new HeldUnlocks(held),
        Duration.ZERO,
        new Outputs(context, new SimpleMeterRegistry()));
  }

  private <V> KeyValueStore<UUID, V> store(String name, Class<V> type) {
    KeyValueStore<UUID, V> made =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), UuidSerde.bytes(), Json.serde(type))
            .withLoggingDisabled()
            .build();
    made.init(context.getStateStoreContext(), made);
    return made;
  }
}
