package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a DataOutput wrote is read as it was. */
class StateReaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tr",
        "seven ch",
        "eight char",
        "a token of more than sixteen letters, with \u007f",
        "sekiz harf: ğ",
        "günlük serini kaybetme",
        "\0",
        "🔥 and more",
        "ascii until the very last lette\u0159"
      })
  void textsOfAnyLetters(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(7);
    out.writeUTF(text);
    out.writeLong(Long.MIN_VALUE);

    StateReader in = new StateReader(bytes.toByteArray());

    assertThat(in.readByte()).isEqualTo((byte) 7);
    assertThat(in.readUtf()).isEqualTo(text);
    assertThat(in.readLong()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void numbersFlagsAndIds() throws IOException {
    UUID id = UUID.randomUUID();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeBoolean(true);
    out.writeBoolean(false);
    out.writeShort(-2);
    out.writeInt(Integer.MIN_VALUE);
    CustomerSerde.uuid(out, id);

    StateReader in = new StateReader(bytes.toByteArray());

    assertThat(in.readBoolean()).isTrue();
    assertThat(in.readBoolean()).isFalse();
    assertThat(in.readShort()).isEqualTo((short) -2);
    assertThat(in.readInt()).isEqualTo(Integer.MIN_VALUE);
    assertThat(in.readUuid()).isEqualTo(id);
    assertThatThrownBy(in::readByte).isInstanceOf(BufferUnderflowException.class);
  }
}
