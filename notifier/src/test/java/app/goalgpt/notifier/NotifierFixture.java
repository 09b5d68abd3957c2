package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.fcm.FakeFcmServer;
import app.goalgpt.embedded.fcm.Script;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.Settings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A notifier of its own topics, between a real broker and the fake FCM server. */
final class NotifierFixture implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PARTITIONS = 3;

  final FakeFcmServer fcm = FakeFcmServer.start(FakeFcmServer.KEPT_BY_DEFAULT, Script.accepting());
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final AtomicReference<Throwable> fatal = new AtomicReference<>();
  private final EmbeddedKafka kafka;
  private final Map<String, String> settings = new HashMap<>();
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Notifier> running = new ArrayList<>();

  NotifierFixture(EmbeddedKafka kafka) {
    this.kafka = kafka;
    settings.putAll(kafka.settings());
    settings.putAll(fcm.settings());
    settings.put("TOPIC_PREFIX", "t" + UUID.randomUUID().toString().substring(0, 8));
    settings.put("TOPIC_PARTITIONS", Integer.toString(PARTITIONS));
    settings.put("NOTIFIER_FIRST_RETRY", "10ms");
    settings.put("NOTIFIER_LONGEST_RETRY", "50ms");
    topics().ensure();
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  NotifierFixture with(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /** What a notifier in another process is to be told. */
  Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  NotifierConfig config() {
    return NotifierConfig.from(Settings.of(settings));
  }

  private Topics topics() {
    NotifierConfig config = config();
    return new Topics(config.kafka(), config.tables());
  }

  Notifier start() {
    Notifier notifier = Notifier.start(config(), registry, failure -> fatal.set(failure));
    running.add(notifier);
    return notifier;
  }

  Notifier start(ManualTime time) {
    Notifier notifier =
        Notifier.start(config(), registry, time, time, failure -> fatal.set(failure));
    running.add(notifier);
    return notifier;
  }

  void stop(Notifier notifier) {
    running.remove(notifier);
    notifier.close();
  }

  void kill(Notifier notifier) {
    running.remove(notifier);
    notifier.kill();
  }

  static Push push(Instant deadline, String... tokens) {
    return push(UUID.randomUUID(), deadline, tokens);
  }

  static Push push(UUID customer, Instant deadline, String... tokens) {
    return new Push(
        UUID.randomUUID(),
        customer,
        "Yeni Rozet! 🎖️",
        "Yorumcu rozetini kazandın!",
        Map.of("type", "badge_unlock"),
        "goalgpt://badges",
        "https://cdn.example/icon.png",
        Push.Lane.REWARD,
        Arrays.stream(tokens)
            .<Push.Address>map(t -> new Push.RegistrationToken(UUID.randomUUID(), t))
            .toList(),
        Instant.now().minusMillis(20),
        deadline,
        null);
  }

  /** A push that has an hour, to these tokens. */
  static Push push(String... tokens) {
    return push(Instant.now().plus(Duration.ofHours(1)), tokens);
  }

  static List<Push> pushes(int count, String tokenPrefix) {
    return IntStream.range(0, count).mapToObj(i -> push(tokenPrefix + i)).toList();
  }

  static Push inLane(Push push, Push.Lane lane) {
    return with(push, push.title(), lane, push.addresses());
  }

  /** The same push to other devices. */
  static Push to(Push push, Push.Address... addresses) {
    return with(push, push.title(), push.lane(), List.of(addresses));
  }

  static Push titled(Push push, String title) {
    return with(push, title, push.lane(), push.addresses());
  }

  private static Push with(Push push, String title, Push.Lane lane, List<Push.Address> addresses) {
    return new Push(
        push.id(),
        push.customerId(),
        title,
        push.body(),
        push.data(),
        push.deepLink(),
        push.imageUrl(),
        lane,
        addresses,
        push.causedAt(),
        push.deadline(),
        push.campaignId());
  }

  void send(Push... pushes) {
    for (Push push : pushes) {
      send(Topic.pushes(push.lane()), push.customerId().toString(), Json.write(push));
    }
    producer.flush();
  }

  void sendRaw(String key, byte[] value) {
    send(Topic.PUSHES, key, value);
    producer.flush();
  }

  private void send(Topic topic, String key, byte[] value) {
    producer.send(
        new ProducerRecord<>(topics().name(topic), key.getBytes(StandardCharsets.UTF_8), value));
  }

  List<Delivery> deliveries() {
    return read(Topic.DELIVERIES, Delivery.class).stream().filter(Delivery::isFinal).toList();
  }

  /** The delivery of this push, once it is there. */
  Delivery deliveryOf(Push push) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> deliveries().stream().filter(d -> d.pushId().equals(push.id())).findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  List<DeadLetter> deadLetters() {
    return read(Topic.DEAD_LETTERS, DeadLetter.class);
  }

  private <T> List<T> read(Topic topic, Class<T> type) {
    return values(topic).stream().map(value -> Json.read(value, type)).toList();
  }

  List<byte[]> values(Topic topic) {
    return kafka.committed(topics().name(topic)).stream().map(ConsumerRecord::value).toList();
  }

  /** Offsets committed by the notifiers' group, all partitions together. */
  long committed() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return admin
          .listConsumerGroupOffsets(config().groupId())
          .partitionsToOffsetAndMetadata()
          .get(30, TimeUnit.SECONDS)
          .values()
          .stream()
          .mapToLong(OffsetAndMetadata::offset)
          .sum();
    } catch (ExecutionException | InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Forgets what the group has read: its next member begins at the first offset. */
  void rewind() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(
              () -> {
                admin
                    .deleteConsumerGroups(List.of(config().groupId()))
                    .all()
                    .get(10, TimeUnit.SECONDS);
                return true;
              });
    }
  }

  double count(String name, String... tags) {
    Counter counter = registry.find(name).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  void assertNothingFatal() {
    assertThat(fatal.get()).isNull();
  }

  @Override
  public void close() {
    List.copyOf(running).forEach(this::stop);
    producer.close();
    fcm.close();
  }
}
