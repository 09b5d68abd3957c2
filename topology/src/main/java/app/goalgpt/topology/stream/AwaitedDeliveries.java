package app.goalgpt.topology.stream;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The pushes of campaigns whose deliveries are not in yet: an entry when the push is made, none
 * again when its first delivery is counted. After a lost state a delivery may be read before the
 * sweep makes the push again; it then waits here for it.
 */
final class AwaitedDeliveries {
  private static final byte[] AWAITED = {0};
  private static final byte[] ACCEPTED = {1};
  private static final byte[] NOT_ACCEPTED = {2};

  private final KeyValueStore<Bytes, byte[]> store;

  AwaitedDeliveries(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** Whether FCM took the push, when its delivery is there already; else it is awaited. */
  Optional<Boolean> pushed(UUID campaignId, UUID customerId) {
    Bytes key = key(campaignId, customerId);
    byte[] entry = store.get(key);
    if (entry != null && entry[0] != AWAITED[0]) {
      store.delete(key);
      return Optional.of(entry[0] == ACCEPTED[0]);
    }
    store.put(key, AWAITED);
    return Optional.empty();
  }

  /** Whether the delivery was awaited: it is counted then, and never again. */
  boolean delivered(UUID campaignId, UUID customerId, boolean accepted) {
    Bytes key = key(campaignId, customerId);
    byte[] entry = store.get(key);
    if (entry == null) {
      store.put(key, accepted ? ACCEPTED : NOT_ACCEPTED);
      return false;
    }
    if (entry[0] != AWAITED[0]) {
      return false;
    }
    store.delete(key);
    return true;
  }

  /** Forgets what is left of a campaign that ended. */
  void forget(UUID campaignId) {
    Bytes first = key(campaignId, new UUID(0, 0));
    Bytes last = key(campaignId, new UUID(-1, -1));
    try (KeyValueIterator<Bytes, byte[]> entries = store.range(first, last)) {
      while (entries.hasNext()) {
        store.delete(entries.next().key);
      }
    }
  }

  private static Bytes key(UUID campaignId, UUID customerId) {
    return Bytes.wrap(
        ByteBuffer.allocate(32)
            .putLong(campaignId.getMostSignificantBits())
            .putLong(campaignId.getLeastSignificantBits())
            .putLong(customerId.getMostSignificantBits())
            .putLong(customerId.getLeastSignificantBits())
            .array());
  }
}
