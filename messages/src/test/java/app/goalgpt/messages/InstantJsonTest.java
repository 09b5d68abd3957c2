package app.goalgpt.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's own writing and reading, and Jackson's module, say what is right. */
class InstantJsonTest {
  private static final ObjectMapper JACKSON =
      JsonMapper.builder().addModule(new JavaTimeModule()).build();

  @Test
  void writesAndReadsAsTheJdkDoes() {
    Random random = new Random(3);
    long from = Instant.parse("-0001-01-01T00:00:00Z").getEpochSecond();
    long to = Instant.parse("+10001-01-01T00:00:00Z").getEpochSecond();
    int[] units = {1, 1_000, 1_000_000, 1_000_000_000};
    for (int i = 0; i < 100_000; i++) {
      int nanos = random.nextInt(1_000_000_000);
      Instant instant =
          Instant.ofEpochSecond(random.nextLong(from, to), nanos - nanos % units[i % 4]);
      assertThat(InstantJson.write(instant)).isEqualTo(instant.toString());
      assertThat(Json.read(Json.write(instant), Instant.class)).isEqualTo(instant);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-22T09:34:41Z",
        "2026-11-22T09:34:41.5Z",
        "2026-11-22T09:34:41.123456789Z",
        "2024-02-29T00:00:00Z",
        "2026-11-22T24:00:00Z",
        "2016-12-31T23:59:60Z",
        "2026-11-22T12:34:41+03:00",
        "2026-11-22t09:34:41z",
        "+12026-11-22T09:34:41Z",
        "-0001-11-22T09:34:41Z",
        "1795322853",
        " 2026-11-22T09:34:41Z ",
        "2026-01-01T00:00:00.Z",
        ""
      })
  void readsWhatJacksonReads(String text) throws Exception {
    byte[] json = ("\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
    Instant expected = JACKSON.readValue(json, Instant.class);
    assertThat(Json.MAPPER.readValue(json, Instant.class)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-02-29T00:00:00Z",
        "2026-11-22T09:34Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00.12a4Z",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00",
        "٢٠٢٦-01-01T00:00:00Z",
        "yesterday"
      })
  void refusesWhatJacksonRefuses(String text) {
    byte[] json = ("\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> JACKSON.readValue(json, Instant.class)).isNotNull();
    assertThatThrownBy(() -> Json.read(json, Instant.class))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void readsNumbersAsSecondsAsJacksonDoes() throws Exception {
    byte[] json = "1795322853.25".getBytes(StandardCharsets.UTF_8);
    assertThat(Json.MAPPER.readValue(json, Instant.class))
        .isEqualTo(JACKSON.readValue(json, Instant.class));
  }
}
