package app.goalgpt.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in this JVM, its own controller (KRaft), on this machine's loopback address.
 * Topics are not created by themselves. One per folder and, as Kafka's metrics are the JVM's,
 * better one per JVM.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final int NODE = 1;
  private static final Logger log = LoggerFactory.getLogger(EmbeddedKafka.class);

  private final Path home;
  private final boolean isTemporary;
  private final FolderLock lock;
  private final int port;
  private KafkaRaftServer server;

  /** Data in a temporary folder, removed on close. */
  public static EmbeddedKafka temporary() {
    try {
      return new EmbeddedKafka(Files.createTempDirectory("goalgpt-kafka-"), true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start Kafka: " + e.getMessage(), e);
    }
  }

  /**
   * Data in this folder (created if need be), on the port of last time where that is free. Survives
   * restarts and kill -9; after the latter a start takes some ten seconds more, until the session
   * of the broker before has run out.
   *
   * @throws IllegalStateException when the folder is in use
   */
  public static EmbeddedKafka in(Path folder) {
    try {
      FileTrees.create(folder);
      return new EmbeddedKafka(folder.toRealPath(), false);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot start Kafka in %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private EmbeddedKafka(Path home, boolean isTemporary) throws IOException {
    this.home = home;
    this.isTemporary = isTemporary;
    this.lock = new FolderLock(home);
    try {
      this.port = Ports.remembered(home.resolve("port"));
      Files.writeString(home.resolve("port"), Integer.toString(port));
      format();
      start();
    } catch (IOException | RuntimeException e) {
      release();
      throw e;
    }
  }

  /** Elsewhere first: a JVM killed in the middle leaves no half-prepared data folder. */
  private void format() throws IOException {
    if (Files.isDirectory(data())) {
      return;
    }
    Path formatting = home.resolve("data.formatting");
    FileTrees.delete(formatting);
    Formatter formatter =
        new Formatter()
            .setNodeId(NODE)
            .setClusterId(Uuid.randomUuid().toString())
            .addDirectory(formatting.toString())
            .setControllerListenerName("CONTROLLER")
            .setPrintStream(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      formatter.run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot prepare " + home, e);
    }
    Files.move(formatting, data(), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path data() {
    return home.resolve("data");
  }

  private Properties properties() {
    int controller = Ports.free();
    Properties properties = new Properties();
    properties.put("node.id", String.valueOf(NODE));
    properties.put("process.roles", "broker,controller");
    properties.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controller));
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("controller.quorum.voters", "%d@127.0.0.1:%d".formatted(NODE, controller));
    properties.put("log.dirs", data().toString());
    properties.put("auto.create.topics.enable", "false");
    // The operating system's, which grow: Kafka's 100 kB overflow, and TCP then waits 200 ms.
    properties.put("socket.receive.buffer.bytes", "-1");
    properties.put("socket.send.buffer.bytes", "-1");
    // One node: every internal topic with one partition, one copy.
    for (String topic : new String[] {"offsets.topic", "transaction.state.log"}) {
      properties.put(topic + ".num.partitions", "1");
      properties.put(topic + ".replication.factor", "1");
    }
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("share.coordinator.state.topic.num.partitions", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    // Nobody else is coming: groups form at once.
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("group.min.session.timeout.ms", "1000");
    // A transaction whose producer was killed is given up a second after its time, not ten.
    properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    // A record that comes before the last transaction's markers are written waits so long, not 20.
    properties.put("add.partitions.to.txn.retry.backoff.ms", "5");
    properties.put("offsets.retention.minutes", String.valueOf(60 * 24 * 365));
    // Compaction at its own pace takes half a core for seconds, of the two that everybody shares.
    properties.put("log.cleaner.io.max.bytes.per.second", String.valueOf(24 * 1024 * 1024));
    // Small in memory, threads and on disk.
    properties.put("log.cleaner.dedupe.buffer.size", String.valueOf(4 * 1024 * 1024));
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "2");
    properties.put("background.threads", "2");
    properties.put("log.segment.bytes", String.valueOf(64 * 1024 * 1024));
    properties.put("log.index.size.max.bytes", String.valueOf(256 * 1024));
    return properties;
  }

  /** Starts it after {@link #stop}, on the same port, with its data. */
  public synchronized void start() {
    long begin = System.nanoTime();
    KafkaRaftServer starting =
        new KafkaRaftServer(KafkaConfig.fromProps(properties(), false), Time.SYSTEM);
    starting.startup();
    server = starting;
    log.debug(
        "Kafka on {} after {} ms, data in {}",
        bootstrapServers(),
        (System.nanoTime() - begin) / 1_000_000,
        home);
  }

  /** Stops it; {@link #start} goes on where it was. */
  public synchronized void stop() {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
      server = null;
    }
  }

  /** Stops it and starts it again, on the same port, with its data. */
  public synchronized void restart() {
    stop();
    start();
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** What a part of this system needs to find it. */
  public Map<String, String> settings() {
    return Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers());
  }

  /**
   * All that is committed on a topic by now, each partition's records in their order; what is
   * written and not yet committed or given up is waited for.
   */
  public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    return CommittedRecords.of(bootstrapServers(), topic);
  }

  @Override
  public synchronized void close() {
    stop();
    release();
  }

  private void release() {
    try {
      lock.close();
    } catch (IOException e) {
      log.debug("cannot let go of {}: {}", home, e.getMessage());
    }
    if (isTemporary) {
      FileTrees.delete(home);
    }
  }

  @Override
  public String toString() {
    return "Kafka on %s, data in %s".formatted(bootstrapServers(), home);
  }
}
