package app.goalgpt.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four stores with six megabytes each in one memory of sixteen, as RocksDB itself counts. */
class StoreMemoryTest {
  private static final long MEGABYTE = 1024L * 1024;
  private static final int MEMORY = 16;
  private static final int ROWS_EACH = 6 * 1024;
  private static final List<String> STORES = List.of("one", "two", "three", "four");

  @TempDir Path folder;

  @Test
  void allStoresOfAnInstanceShareOneMemoryThatDoesNotGrow() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "memory");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    try (StoreMemory memory = new StoreMemory(MEMORY)) {
      memory.addTo(properties);
      try (TopologyTestDriver driver = new TopologyTestDriver(fourStores(), properties)) {
        for (String store : STORES) {
          fill(driver.getKeyValueStore(store));
        }
        STORES.forEach(store -> readAll(driver.getKeyValueStore(store)));

        assertThat(all(driver, "block-cache-capacity"))
            .hasSize(STORES.size())
            .containsOnly(MEMORY * MEGABYTE);
        // RocksDB goes on writing to disk in the background for a while.
        await()
            .pollInSameThread()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertOneMemory(driver));
      }
    }
  }

  private static void assertOneMemory(TopologyTestDriver driver) {
    assertThat(all(driver, "block-cache-usage").distinct()).hasSize(1);
    assertThat(all(driver, "block-cache-usage").findAny().orElseThrow())
        .isBetween(MEMORY * MEGABYTE / 4, (MEMORY + 2) * MEGABYTE);
    assertThat(all(driver, "size-all-mem-tables").mapToLong(Long::longValue).sum())
        .isLessThan((MEMORY / 2 + 2) * MEGABYTE);
  }

  private static void fill(KeyValueStore<Bytes, byte[]> store) {
    for (int row = 0; row < ROWS_EACH; row++) {
      store.put(Bytes.wrap(BigInteger.valueOf(row).toByteArray()), new byte[1024]);
    }
  }

  private static void readAll(KeyValueStore<Bytes, byte[]> store) {
    for (int row = 0; row < ROWS_EACH; row++) {
      assertThat(store.get(Bytes.wrap(BigInteger.valueOf(row).toByteArray()))).hasSize(1024);
    }
  }

  private static Stream<Long> all(TopologyTestDriver driver, String metric) {
    return driver.metrics().values().stream()
        .filter(found -> found.metricName().name().equals(metric))
        .map(found -> ((Number) found.metricValue()).longValue());
  }

  private static Topology fourStores() {
    Topology topology = new Topology();
    topology.addSource("source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "in");
    topology.addProcessor("nothing", Nothing::new, "source");
    for (String store : STORES) {
      topology.addStateStore(
          Stores.keyValueStoreBuilder(
                  Stores.persistentKeyValueStore(store), Serdes.Bytes(), Serdes.ByteArray())
              .withLoggingDisabled(),
          "nothing");
    }
    return topology;
  }

  private static final class Nothing implements Processor<byte[], byte[], Void, Void> {
    @Override
    public void process(Record<byte[], byte[]> record) {}
  }
}
