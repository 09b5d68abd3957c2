package app.goalgpt.topology.stream;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** A uuid as its 16 bytes: the stores' keys. */
final class UuidSerde {
  private UuidSerde() {}

  static Serde<UUID> bytes() {
    return Serdes.serdeFrom(
        (topic, uuid) ->
            ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array(),
        (topic, bytes) -> {
          ByteBuffer buffer = ByteBuffer.wrap(bytes);
          return new UUID(buffer.getLong(), buffer.getLong());
        });
  }
}
