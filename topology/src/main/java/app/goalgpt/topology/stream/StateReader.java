package app.goalgpt.topology.stream;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Reads what a {@link java.io.DataOutput} wrote, straight from the array: a sweep reads every
 * customer, and a stream over an array spends most of its time on locks that nobody else wants.
 *
 * <p>Throws {@link java.nio.BufferUnderflowException} where the bytes end too soon.
 */
final class StateReader {
  private static final long NOT_ASCII = 0x8080808080808080L;

  private final ByteBuffer bytes;

  StateReader(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  byte readByte() {
    return bytes.get();
  }

  boolean readBoolean() {
    return bytes.get() != 0;
  }

  short readShort() {
    return bytes.getShort();
  }

  int readInt() {
    return bytes.getInt();
  }

  long readLong() {
    return bytes.getLong();
  }

  byte[] readBytes(int length) {
    byte[] read = new byte[length];
    bytes.get(read);
    return read;
  }

  UUID readUuid() {
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  /** What {@link java.io.DataOutput#writeUTF} wrote; most of it is ASCII. */
  String readUtf() {
    int begin = bytes.position();
    int length = Short.toUnsignedInt(bytes.getShort());
    int text = bytes.position();
    bytes.position(text + length);
    return isAscii(text, length)
        ? new String(bytes.array(), text, length, StandardCharsets.ISO_8859_1)
        : modifiedUtf(begin, length);
  }

  private boolean isAscii(int from, int length) {
    int i = 0;
    long seen = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      seen |= bytes.getLong(from + i);
    }
    for (; i < length; i++) {
      seen |= bytes.get(from + i);
    }
    return (seen & NOT_ASCII) == 0;
  }

  private String modifiedUtf(int begin, int length) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(bytes.array(), begin, Short.BYTES + length))) {
      return in.readUTF();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
