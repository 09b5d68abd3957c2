package app.goalgpt.benchmarks.pipeline;

import app.goalgpt.settings.KafkaConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** A counter per customer, and every record passed through. */
final class FloorStream implements AutoCloseable {
  private static final String STORE = "count";

  /** As our topology does: what somebody waits for is committed at once, but not more often. */
  private static final long COMMIT_GAP_MILLIS = 20;

  private final KafkaStreams streams;

  FloorStream(KafkaConfig kafka, Path stateDir) {
    streams = new KafkaStreams(topology(), properties(kafka, stateDir));
    streams.start();
  }

  private static Topology topology() {
    Topology topology = new Topology();
    topology.addSource(
        "changes",
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        CaptureSettings.CHANGES);
    topology.addProcessor("counter", Counter::new, "changes");
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STORE), Serdes.Bytes(), Serdes.Long()),
        "counter");
    topology.addSink(
        "rewards", Floor.REWARDS, new ByteArraySerializer(), new ByteArraySerializer(), "counter");
    return topology;
  }

  private static Properties properties(KafkaConfig kafka, Path stateDir) {
    Properties properties = new Properties();
    properties.putAll(kafka.clientProperties());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "floor");
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 50L);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    properties.put(StreamsConfig.POLL_MS_CONFIG, 5L);
    properties.put("processing.exception.handler.global.enabled", true);
    properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    return properties;
  }

  @Override
  public void close() {
    streams.close(Duration.ofSeconds(20));
  }

  private static final class Counter implements Processor<byte[], byte[], byte[], byte[]> {
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<Bytes, Long> counts;
    private long lastCommit;

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      this.context = context;
      counts = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      Bytes key = Bytes.wrap(record.key());
      Long before = counts.get(key);
      counts.put(key, before == null ? 1 : before + 1);
      context.forward(record);
      long now = context.currentSystemTimeMs();
      if (now - lastCommit >= COMMIT_GAP_MILLIS) {
        context.commit();
        lastCommit = now;
      }
    }
  }
}
