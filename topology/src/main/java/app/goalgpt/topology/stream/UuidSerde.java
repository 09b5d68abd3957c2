package app.goalgpt.topology.stream;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** A uuid as its 16 bytes: the stores' keys. */
final class UuidSerde {
  private UuidSerde() {}

  static Serde<UUID> bytes() {
    return Serdes.serdeFrom((topic, uuid) -> write(uuid), (topic, bytes) -> read(bytes));
  }

  /** Null stays null: an open end of a range. */
  private static byte[] write(UUID uuid) {
    return uuid == null
        ? null
        : ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
  }

  private static UUID read(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
