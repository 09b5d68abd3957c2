package app.goalgpt.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every Kafka client starts from. */
class KafkaConfigTest {
  @TempDir Path folder;

  @Test
  void socketBuffersAreSizedByTheSystem() {
    assertThat(KafkaConfig.from(Settings.of(Map.of())).clientProperties())
        .containsEntry("receive.buffer.bytes", -1)
        .containsEntry("send.buffer.bytes", -1);
  }

  @Test
  void theFileOfClientPropertiesHasTheLastWordButForTheBroker() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("client.properties"),
            """
            receive.buffer.bytes=1048576
            security.protocol=SSL
            bootstrap.servers=elsewhere:9092
            """);
    Settings settings =
        Settings.of(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                "broker:9092",
                "KAFKA_CLIENT_PROPERTIES",
                file.toString()));
    assertThat(KafkaConfig.from(settings).clientProperties())
        .containsEntry("receive.buffer.bytes", "1048576")
        .containsEntry("send.buffer.bytes", -1)
        .containsEntry("security.protocol", "SSL")
        .containsEntry("bootstrap.servers", "broker:9092");
  }

  @Test
  void aFileThatCannotBeReadIsNamed() {
    Path file = folder.resolve("missing.properties");
    Settings settings = Settings.of(Map.of("KAFKA_CLIENT_PROPERTIES", file.toString()));
    assertThatThrownBy(() -> KafkaConfig.from(settings))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("KAFKA_CLIENT_PROPERTIES")
        .hasMessageContaining(file.toString());
  }
}
