package app.goalgpt.topology.stream;

import app.goalgpt.topology.job.Variant;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The pushes of campaigns that are still to be made, or whose deliveries are not in yet: an entry
 * when the push is planned, another when it is made, none again when its first delivery is counted.
 * After a lost state a delivery may be read before the sweep makes the push again; it then waits
 * here for it.
 */
final class AwaitedDeliveries {
  private static final byte[] AWAITED = {0};
  private static final byte[] ACCEPTED = {1};
  private static final byte[] NOT_ACCEPTED = {2};
  private static final byte[] AWAITED_B = {3};

  /** Followed by the business time, in seconds since 1970, before which it is not made. */
  private static final byte PLANNED = 4;

  /** Visits a push that is planned. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @return how much work it was, at least 1
     */
    int planned(UUID customerId, Instant notBefore);
  }

  private static final UUID FIRST = new UUID(0, 0);
  private static final UUID LAST = new UUID(-1, -1);

  private final KeyValueStore<Bytes, byte[]> store;

  AwaitedDeliveries(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** Whether FCM took the push, when its delivery is there already; else it is awaited. */
  Optional<Boolean> pushed(UUID campaignId, UUID customerId, Variant variant) {
    Bytes key = key(campaignId, customerId);
    byte[] entry = store.get(key);
    if (entry != null && entry[0] != PLANNED && awaited(entry).isEmpty()) {
      store.delete(key);
      return Optional.of(entry[0] == ACCEPTED[0]);
    }
    store.put(key, variant == Variant.B ? AWAITED_B : AWAITED);
    return Optional.empty();
  }

  /**
   * The push is made later. One that was made before the state was lost is known to whoever asks:
   * this is for one that never was made.
   */
  void plan(UUID campaignId, UUID customerId, Instant notBefore) {
    byte[] entry = ByteBuffer.allocate(9).put(PLANNED).putLong(notBefore.getEpochSecond()).array();
    store.put(key(campaignId, customerId), entry);
  }

  /** The planned push is not made after all. */
  void unplan(UUID campaignId, UUID customerId) {
    store.delete(key(campaignId, customerId));
  }

  /**
   * A slice of a pass over a campaign's planned pushes.
   *
   * @param after the customer that the pass came to, null at its beginning
   * @param budget how much work the slice is; it ends with the visit that uses it up, an entry
   *     besides is 1
   * @return the customer that the pass has come to now; null when it is over
   */
  UUID visitPlanned(UUID campaignId, UUID after, int budget, Visitor visitor) {
    int left = budget;
    UUID last = after;
    Bytes from = key(campaignId, after == null ? FIRST : after);
    try (KeyValueIterator<Bytes, byte[]> next = store.range(from, key(campaignId, LAST))) {
      while (left > 0 && next.hasNext()) {
        KeyValue<Bytes, byte[]> entry = next.next();
        UUID customerId = customerId(entry.key);
        if (!customerId.equals(after)) {
          left -= entry.value[0] == PLANNED ? visitor.planned(customerId, time(entry.value)) : 1;
          last = customerId;
        }
      }
    }
    return left > 0 ? null : last;
  }

  private static Instant time(byte[] planned) {
    return Instant.ofEpochSecond(ByteBuffer.wrap(planned, 1, Long.BYTES).getLong());
  }

  private static UUID customerId(Bytes key) {
    ByteBuffer bytes = ByteBuffer.wrap(key.get(), 2 * Long.BYTES, 2 * Long.BYTES);
    return new UUID(bytes.getLong(), bytes.getLong());
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
    Bytes first = key(campaignId, FIRST);
    Bytes last = key(campaignId, LAST);
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
