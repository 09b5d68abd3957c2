package app.goalgpt.benchmarks.load;

import app.goalgpt.benchmarks.pipeline.Stage;
import app.goalgpt.messages.Topics;
import app.goalgpt.standalone.simulation.Badge;
import app.goalgpt.standalone.simulation.BadgeCatalogue;
import app.goalgpt.topology.TopologyConfig;
import app.goalgpt.topology.change.Position;
import app.goalgpt.topology.change.Versioned;
import app.goalgpt.topology.customer.ActiveHours;
import app.goalgpt.topology.customer.Claim;
import app.goalgpt.topology.customer.Credits;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Device;
import app.goalgpt.topology.customer.Level;
import app.goalgpt.topology.customer.Profile;
import app.goalgpt.topology.customer.Standing;
import app.goalgpt.topology.customer.Subscription;
import app.goalgpt.topology.customer.Tallies;
import app.goalgpt.topology.stream.CustomerState;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Customers who exist in the topology's state only: written to the changelog from which it restores
 * its store, before it starts. Each has what a customer of some months has (a device, a login, a
 * few daily rewards, badges), may be told, and has every badge that is due. One in ten was active
 * on {@link #LAST_ACTIVE} last, the others earlier.
 */
public final class ManyCustomers {
  /** The last active day of one customer in ten. */
  public static final LocalDate LAST_ACTIVE = LocalDate.parse("2026-01-14");

  private static final int ONE_IN = 10;
  private static final Instant LAST_LOGIN = Instant.parse("2026-01-10T08:00:00Z");
  private static final Position POSITION = new Position(1, 0, true);
  private static final List<String> EARNED = List.of("uc_gun", "ilk_yorum");
  private static final Tallies TALLIES = new Tallies(2, 3, 0, 1, 0, 0, 0);

  private final TopologyConfig config;
  private final SplittableRandom random = new SplittableRandom(1);
  private final Map<UUID, Versioned<UUID>> badges = new HashMap<>();

  private ManyCustomers(TopologyConfig config) {
    this.config = config;
    BadgeCatalogue.all().stream()
        .filter(badge -> EARNED.contains(badge.slug()))
        .map(Badge::id)
        .forEach(id -> badges.put(uuid(), row(id)));
  }

  /** How many of so many were last active on that day. */
  public static long active(long customers) {
    return (customers + ONE_IN - 1) / ONE_IN;
  }

  /**
   * Writes them; the topology is not to be running, and to have no local state.
   *
   * @return bytes of their states, keys included
   */
  public static long write(Stage stage, int count) throws InterruptedException {
    return new ManyCustomers(TopologyConfig.from(stage.settings())).write(count);
  }

  private long write(int count) throws InterruptedException {
    new Topics(config.kafka(), config.tables()).ensure();
    createChangelog();
    Serializer<UUID> keys = CustomerState.keys().serializer();
    Serializer<Customer> values = CustomerState.values().serializer();
    Serializer<String> partitionKeys = new StringSerializer();
    String changelog = CustomerState.changelog(config);
    AtomicReference<Exception> failure = new AtomicReference<>();
    long bytes = 0;
    try (Producer<byte[], byte[]> producer = producer()) {
      for (int n = 0; n < count; n++) {
        UUID id = uuid();
        byte[] key = keys.serialize(changelog, id);
        byte[] value = values.serialize(changelog, customer(n % ONE_IN == 0));
        bytes += key.length + value.length;
        int partition =
            Utils.toPositive(Utils.murmur2(partitionKeys.serialize(changelog, id.toString())))
                % config.kafka().partitions();
        producer.send(
            new ProducerRecord<>(changelog, partition, key, value),
            (sent, trouble) -> failure.compareAndSet(null, trouble));
      }
    }
    if (failure.get() != null) {
      throw new IllegalStateException("cannot write the customers' state", failure.get());
    }
    return bytes;
  }

  /** As the topology would; nothing of it is compacted while something is measured. */
  private void createChangelog() throws InterruptedException {
    NewTopic topic =
        new NewTopic(
                CustomerState.changelog(config),
                config.kafka().partitions(),
                config.kafka().replicationFactor())
            .configs(Map.of("cleanup.policy", "compact", "min.compaction.lag.ms", "86400000"));
    try (Admin admin = Admin.create(config.kafka().clientProperties())) {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot create " + topic.name(), e.getCause());
    }
  }

  private Producer<byte[], byte[]> producer() {
    Map<String, Object> properties = new HashMap<>(config.kafka().clientProperties());
    properties.put("compression.type", "lz4");
    properties.put("linger.ms", 20);
    properties.put("batch.size", 256 * 1024);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Customer customer(boolean active) {
    LocalDate lastActive = active ? LAST_ACTIVE : LAST_ACTIVE.minusDays(random.nextInt(1, 60));
    Customer customer =
        new Customer(
            row(new Profile(false, true, random.nextInt(4) == 0 ? "en" : "tr")),
            row(new Standing(Level.BRONZE, random.nextInt(3, 7), random.nextInt(400), lastActive)),
            row(new Credits(random.nextInt(100), random.nextInt(100, 200))),
            TALLIES,
            Map.of(uuid(), row(LAST_LOGIN.minusSeconds(random.nextInt(10_000_000)))),
            subscriptions(),
            Map.of(uuid(), row(new Device(token(), random.nextBoolean() ? "ios" : "android"))),
            badges,
            claims(lastActive),
            Map.of(),
            Versioned.unknown(),
            0,
            ActiveHours.NONE);
    return active(customer, lastActive);
  }

  /** Two hours a day, of the last ten days. */
  private static Customer active(Customer customer, LocalDate last) {
    Customer active = customer;
    for (int day = 9; day >= 0; day--) {
      for (int hour : new int[] {8, 21}) {
        Instant at = last.minusDays(day).atTime(hour, 0).toInstant(ZoneOffset.UTC);
        active = active.activeAt(at, ZoneOffset.UTC);
      }
    }
    return active;
  }

  /** One customer in five is a VIP, for long. */
  private Map<UUID, Versioned<Subscription>> subscriptions() {
    return random.nextInt(5) == 0
        ? Map.of(uuid(), row(new Subscription(true, Instant.parse("2036-01-01T00:00:00Z"))))
        : Map.of();
  }

  private Map<UUID, Versioned<Claim>> claims(LocalDate last) {
    Map<UUID, Versioned<Claim>> claims = new HashMap<>();
    for (int day = 4; day >= 0; day--) {
      claims.put(uuid(), row(new Claim(last.minusDays(day), 5 - day)));
    }
    return claims;
  }

  /** As long as FCM's are. */
  private String token() {
    StringBuilder token = new StringBuilder(160);
    while (token.length() < 160) {
      token.append(Long.toUnsignedString(random.nextLong(), 36));
    }
    return token.substring(0, 160);
  }

  private UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private static <T> Versioned<T> row(T value) {
    return new Versioned<>(POSITION, value);
  }
}
