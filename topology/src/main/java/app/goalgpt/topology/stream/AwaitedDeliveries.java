package app.goalgpt.topology.stream;

import app.goalgpt.topology.job.Variant;
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
  private static final byte[] AWAITED_B = {3};

  private final KeyValueStore<Bytes, byte[]> store;

  AwaitedDeliveries(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** Whether FCM took the push, when its delivery is there already; else it is awaited. */
  Optional<Boolean> pushed(UUID campaignId, UUID customerId, Variant variant) {
    Bytes key = key(campaignId, customerId);
    byte[] entry = store.get(key);
    if (entry != null && awaited(entry).isEmpty()) {
      store.delete(key);
      return Optional.of(entry[0] == ACCEPTED[0]);
    }
    store.put(key, variant == Variant.B ? AWAITED_B : AWAITED);
    return Optional.empty();
  }

  /** The text whose delivery was awaited: it is counted then, and never again. */
  Optional<Variant> delivered(UUID campaignId, UUID customerId, boolean accepted) {
    Bytes key = key(campaignId, customerId);
    byte[] entry = store.get(key);
    if (entry == null) {
      store.put(key, accepted ? ACCEPTED : NOT_ACCEPTED);
      return Optional.empty();
    }
    Optional<Variant> variant = awaited(entry);
    if (variant.isPresent()) {
      store.delete(key);
    }
    return variant;
  }

  private static Optional<Variant> awaited(byte[] entry) {
    if (entry[0] == AWAITED[0]) {
      return Optional.of(Variant.A);
    }
    return entry[0] == AWAITED_B[0] ? Optional.of(Variant.B) : Optional.empty();
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
