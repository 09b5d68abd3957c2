package app.goalgpt.topology;

import app.goalgpt.messages.GroupHeartbeat;
import app.goalgpt.messages.Topics;
import app.goalgpt.topology.stream.Pace;
import app.goalgpt.topology.stream.RewardsTopology;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topology at work: one instance of as many as there are partitions. */
public final class RewardsApp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RewardsApp.class);
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final String GLOBAL_HANDLER = "processing.exception.handler.global.enabled";

  private final KafkaStreams streams;
  private final KafkaStreamsMetrics metrics;
  private final StoreMemory memory;

  private RewardsApp(KafkaStreams streams, KafkaStreamsMetrics metrics, StoreMemory memory) {
    this.streams = streams;
    this.metrics = metrics;
    this.memory = memory;
  }

  /** Why it decides nothing now; empty when it does. */
  public Optional<String> trouble() {
    return streams.state() == KafkaStreams.State.RUNNING
        ? GroupHeartbeat.trouble(streams.metrics())
        : Optional.of("the topology is " + streams.state());
  }

  /** Why it never will again; empty otherwise. */
  public Optional<String> stuck() {
    return switch (streams.state()) {
      case ERROR, PENDING_ERROR, NOT_RUNNING -> Optional.of("the topology is " + streams.state());
      default -> Optional.empty();
    };
  }

  /**
   * Starts and waits until its tasks are assigned (their state may still be restoring).
   *
   * @param onFatal called once when this instance can never go on
   * @throws IllegalStateException when the topics do not fit, or the broker does not answer
   */
  public static RewardsApp start(
      TopologyConfig config, MeterRegistry registry, Consumer<Throwable> onFatal) {
    new Topics(config.kafka(), config.tables()).ensure();
    Pace pace = new Pace();
    StoreMemory memory = new StoreMemory(config.rocksdbMegabytes());
    Properties properties = properties(config);
    memory.addTo(properties);
    KafkaStreams streams =
        new KafkaStreams(
            RewardsTopology.of(config, pace, registry), properties, new PacedClients(pace));
    Counter failures = registry.counter("goalgpt.topology.thread.failures");
    CountDownLatch running = new CountDownLatch(1);
    streams.setStateListener(
        (now, before) -> {
          LOG.info("topology is {}", now);
          if (now == KafkaStreams.State.RUNNING || now == KafkaStreams.State.REBALANCING) {
            running.countDown();
          } else if (now == KafkaStreams.State.ERROR) {
            onFatal.accept(new IllegalStateException("the topology stopped, see the log"));
          }
        });
    streams.setUncaughtExceptionHandler(
        failure -> {
          LOG.error("a stream thread failed and is replaced", failure);
          failures.increment();
          return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    streams.start();
    await(running, streams);
    KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
    metrics.bindTo(registry);
    return new RewardsApp(streams, metrics, memory);
  }

  private static void await(CountDownLatch running, KafkaStreams streams) {
    try {
      if (!running.await(START.toMillis(), TimeUnit.MILLISECONDS)) {
        streams.close(STOP);
        throw new IllegalStateException("the topology did not start within " + START);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      streams.close(STOP);
      throw new IllegalStateException("interrupted while the topology started", e);
    }
  }

  private static Properties properties(TopologyConfig config) {
    Properties properties = new Properties();
    properties.putAll(config.kafka().clientProperties());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(config));
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbys());
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
    properties.put(
        StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) config.kafka().replicationFactor());
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    properties.put(StreamsConfig.POLL_MS_CONFIG, 5L);
    // Streams' default, kept on purpose: a task takes the oldest of what its partitions hold and
    // waits for what the broker has of the others, so that a replay sees the topics in their order.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, 0L);
    properties.put(GLOBAL_HANDLER, true);
    // Each consumer's assignor makes a configuration of its own of what the consumer was given, and
    // warns where this is not in it.
    properties.put(StreamsConfig.mainConsumerPrefix(GLOBAL_HANDLER), true);
    properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    properties.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 10_000);
    properties.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 3_000);
    properties.put(
        StreamsConfig.producerPrefix("transaction.timeout.ms"),
        (int) config.transactionTimeout().toMillis());
    // Batches leave with the commit, before which nobody reads them, or when they are full: each
    // costs a request, and another within the broker. So Streams' default linger.ms (100) is kept.
    properties.put(StreamsConfig.producerPrefix("batch.size"), 128 * 1024);
    // Offsets that are sent while the last transaction's markers are being written are refused for
    // some milliseconds; the client's default would have every task stand still for 100
    // (KAFKA-20000).
    properties.put(StreamsConfig.producerPrefix("retry.backoff.ms"), 5L);
    return properties;
  }

  /** The id under which instances share the work; consumer group and state are named by it. */
  public static String applicationId(TopologyConfig config) {
    return config.kafka().topicPrefix() + "-topology";
  }

  /** Leaves the group, so that the others take over at once. */
  @Override
  public void close() {
    metrics.close();
    streams.close(
        CloseOptions.timeout(STOP)
            .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    memory.close();
  }
}
