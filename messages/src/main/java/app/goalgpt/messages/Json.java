package app.goalgpt.messages;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** The JSON of every record: ISO-8601 instants, absent fields left out, unknown fields ignored. */
public final class Json {
  private static final int LONGEST_NUMBER = 40;

  public static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNumberLength(LONGEST_NUMBER)
                          .maxNestingDepth(50)
                          .build())
                  .build())
          .addModule(new JavaTimeModule())
          .addModule(new Jdk8Module())
          .addModule(InstantJson.module())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private Json() {}

  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write " + value.getClass().getSimpleName(), e);
    }
  }

  /**
   * @throws MalformedMessageException when the bytes are not such a record, saying where
   */
  public static <T> T read(byte[] bytes, Class<T> type) {
    if (bytes == null) {
      throw new MalformedMessageException("no value where a " + type.getSimpleName() + " belongs");
    }
    try {
      T value = MAPPER.readValue(bytes, type);
      if (value == null) {
        throw new MalformedMessageException("null where a " + type.getSimpleName() + " belongs");
      }
      return value;
    } catch (IOException e) {
      throw new MalformedMessageException(
          "not a %s: %s".formatted(type.getSimpleName(), firstLine(e)), e);
    }
  }

  public static <T> Serde<T> serde(Class<T> type) {
    return Serdes.serdeFrom(
        (topic, value) -> value == null ? null : write(value), (topic, data) -> read(data, type));
  }

  private static String firstLine(IOException e) {
    return e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }
}
