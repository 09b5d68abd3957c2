package app.goalgpt.topology.stream;

import app.goalgpt.topology.change.Position;
import app.goalgpt.topology.change.Version;
import app.goalgpt.topology.customer.Fact;
import app.goalgpt.topology.customer.Tallies;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * One of the many rows whose contribution is kept apart from the customer: how far it was followed
 * and what it contributed last. Deleted rows stay, so that an older version that comes late is told
 * from a new one.
 *
 * @param about the other customer that the row is about: whom this one invited; null where there is
 *     none
 */
record CountedRow(Position position, Tallies contribution, UUID about) {
  static final CountedRow UNKNOWN = new CountedRow(Position.NONE, Tallies.NONE, null);
  private static final int CONTRIBUTES = 1;
  private static final int PRESENT = 2;
  private static final int ABOUT = 4;

  /** This row, or what it is after that version when that is newer. */
  CountedRow with(Version version, Fact.Counted fact) {
    if (!position.isOlderThan(version)) {
      return this;
    }
    return version.present()
        ? new CountedRow(position.at(version), fact.contribution(), fact.about())
        : new CountedRow(position.at(version), Tallies.NONE, null);
  }

  /** The customer first, so that a customer's rows lie together. */
  static byte[] key(UUID customerId, Fact.Kind kind, UUID rowId) {
    return ByteBuffer.allocate(33)
        .putLong(customerId.getMostSignificantBits())
        .putLong(customerId.getLeastSignificantBits())
        .put((byte) kind.ordinal())
        .putLong(rowId.getMostSignificantBits())
        .putLong(rowId.getLeastSignificantBits())
        .array();
  }

  /** The id of the row that a key stands for. */
  static UUID rowId(byte[] key) {
    ByteBuffer bytes = ByteBuffer.wrap(key, 17, 16);
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  static Serde<CountedRow> serde() {
    return Serdes.serdeFrom(
        (topic, row) -> row == null ? null : row.bytes(),
        (topic, bytes) -> bytes == null ? null : read(bytes));
  }

  private byte[] bytes() {
    boolean contributes = !contribution.equals(Tallies.NONE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(contributes ? 89 : 17);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(
          (contributes ? CONTRIBUTES : 0)
              | (position.present() ? PRESENT : 0)
              | (about != null ? ABOUT : 0));
      out.writeLong(position.streamed());
      out.writeLong(position.snapshot());
      if (contributes) {
        CustomerSerde.tallies(out, contribution);
      }
      if (about != null) {
        CustomerSerde.uuid(out, about);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static CountedRow read(byte[] bytes) {
    StateReader in = new StateReader(bytes);
    byte flags = in.readByte();
    Position position = new Position(in.readLong(), in.readLong(), (flags & PRESENT) != 0);
    return new CountedRow(
        position,
        (flags & CONTRIBUTES) == 0 ? Tallies.NONE : CustomerSerde.tallies(in),
        (flags & ABOUT) == 0 ? null : in.readUuid());
  }
}
