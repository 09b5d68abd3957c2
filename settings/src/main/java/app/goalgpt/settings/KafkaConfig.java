package app.goalgpt.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Where the broker is and how this deployment's topics are named and sized.
 *
 * @param bootstrapServers host:port, several separated by commas
 * @param topicPrefix what every topic name starts with
 * @param partitions the number of partitions of every topic that is keyed by the customer
 * @param replicationFactor copies of each partition; -1 takes the broker's default
 * @param client further client properties (security, for one), from a properties file
 */
public record KafkaConfig(
    String bootstrapServers,
    String topicPrefix,
    int partitions,
    short replicationFactor,
    Map<String, String> client) {
  private static final int SIZED_BY_THE_SYSTEM = -1;
  private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9._-]{1,60}");

  public KafkaConfig {
    client = Map.copyOf(client);
  }

  /**
   * Reads KAFKA_BOOTSTRAP_SERVERS, TOPIC_PREFIX, TOPIC_PARTITIONS, TOPIC_REPLICATION_FACTOR and
   * KAFKA_CLIENT_PROPERTIES (a file).
   */
  public static KafkaConfig from(Settings settings) {
    return new KafkaConfig(
        settings.text("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092"),
        settings.matching(
            "TOPIC_PREFIX",
            "goalgpt",
            PREFIX,
            "1 to 60 letters, digits, dots, dashes, underscores"),
        settings.integer("TOPIC_PARTITIONS", 6, 1, 1000),
        (short) settings.integer("TOPIC_REPLICATION_FACTOR", -1, -1, 10),
        settings.text("KAFKA_CLIENT_PROPERTIES").map(KafkaConfig::load).orElse(Map.of()));
  }

  private static Map<String, String> load(String file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file))) {
      properties.load(reader);
    } catch (IOException e) {
      throw new SettingException("KAFKA_CLIENT_PROPERTIES", file, "a readable properties file");
    }
    Map<String, String> values = new HashMap<>();
    properties.forEach((name, value) -> values.put(name.toString(), value.toString()));
    return values;
  }

  /**
   * Properties that every Kafka client of this deployment starts from; a fresh, mutable map.
   *
   * <p>Socket buffers are the operating system's, which grow with what comes. Kafka's own defaults
   * (32 to 128 kB) are smaller than a burst: what overflows them is sent again 200 ms later
   * (docs/ARCHITECTURE.md, "Commits").
   */
  public Map<String, Object> clientProperties() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("receive.buffer.bytes", SIZED_BY_THE_SYSTEM);
    properties.put("send.buffer.bytes", SIZED_BY_THE_SYSTEM);
    properties.putAll(client);
    properties.put("bootstrap.servers", bootstrapServers);
    return properties;
  }
}
