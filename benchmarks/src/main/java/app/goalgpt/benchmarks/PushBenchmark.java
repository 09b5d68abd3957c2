package app.goalgpt.benchmarks;

import app.goalgpt.benchmarks.measure.CompilerUse;
import app.goalgpt.benchmarks.measure.CpuUse;
import app.goalgpt.benchmarks.measure.Latencies;
import app.goalgpt.benchmarks.pipeline.PushStage;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.notifier.FcmConfig;
import app.goalgpt.notifier.FcmHttpClient;
import app.goalgpt.notifier.Notifier;
import app.goalgpt.notifier.NotifierConfig;
import app.goalgpt.settings.Settings;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.firebase.FirebaseApp;
import com.google.firebase.FirebaseOptions;
import com.google.firebase.internal.ApacheHttp2Transport;
import com.google.firebase.messaging.FirebaseMessaging;
import com.google.firebase.messaging.Notification;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Message;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.entity.StringAsyncEntityConsumer;
import org.apache.hc.core5.http.nio.support.AsyncRequestBuilder;
import org.apache.hc.core5.http.nio.support.BasicResponseConsumer;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2MultiplexingRequester;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Pushes a second of the notifier, beside a bare client that posts the same bodies over the same
 * HTTP client to the same server, and beside firebase-admin's {@code sendEach}; then how long a
 * reward's push takes alone and in the middle of a campaign.
 */
final class PushBenchmark {
  private static final String FCM = "https://" + FcmHttpClient.FCM_HOST;
  private static final int CONCURRENCY = 100;
  private static final int MOST_OF_SEND_EACH = 500;
  private static final int PARTITIONS = 6;
  private static final int NO_QUOTA = 100_000_000; // a minute
  private static final int DEFAULT_QUOTA = 600_000; // a minute, FCM's own for a project
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** The part of a campaign after which it is under way, its notifier's start is over. */
  private static final double MIDDLE = 0.05;

  /** Cores; with less than that the JVM counts as warm. */
  private static final double COMPILERS_AT_REST = 0.05;

  /**
   * @param warmUp pushes of each subject in a round before anything is measured
   * @param rounds of them at most; fewer when the compilers rest before
   * @param pushes measured, of the bare client and the notifier; {@code sendEach} gets a tenth
   * @param campaign pushes that wait while rewards are measured
   * @param rewards measured alone, and again in the middle of the campaign; ten a second
   */
  record Plan(int warmUp, int rounds, int pushes, int campaign, int rewards) {
    static final Plan DEFAULT = new Plan(60_000, 14, 100_000, 1_000_000, 600);
    static final Plan QUICK = new Plan(200, 1, 1_000, 3_000, 20);
  }

  private final Plan plan;
  private final Report report;

  PushBenchmark(Plan plan, Report report) {
    this.plan = plan;
    this.report = report;
  }

  void run() throws Exception {
    try (PushStage stage = PushStage.start()) {
      report.progress("warming up (%s)".formatted(stage.description()));
      warmUp(stage);
      report.progress("sending %,d pushes each".formatted(plan.pushes()));
      Sent bare = bare(stage, plan.pushes());
      Sent notifier = notifier(stage, plan.pushes());
      Sent again = bare(stage, plan.pushes());
      double sendEach = sendEach(stage, plan.pushes() / 10);
      double floor = (bare.perSecond() + again.perSecond()) / 2;
      report.table(
          List.of(
              List.of("pushes a second", "", "of bare"),
              row("bare client, before", bare.perSecond(), floor),
              row("bare client, after", again.perSecond(), floor),
              row("notifier", notifier.perSecond(), floor),
              row("sendEach", sendEach, floor)));
      cpu("bare client", again);
      cpu("notifier", notifier);
      report.figure("bare_per_second", floor);
      report.figure("notifier_per_second", notifier.perSecond());
      report.figure("send_each_per_second", sendEach);
      report.atLeast("send_ratio", notifier.perSecond() / floor, 0.8);
      report.figure("send_each_ratio", sendEach / floor);
      rewards(stage);
    }
    report.end();
  }

  /** What it showed to send so many pushes. */
  private record Sent(double count, CpuUse.Use use) {
    double perSecond() {
      return count / use.wallSeconds();
    }
  }

  private static List<String> row(String who, double perSecond, double floor) {
    return List.of(who, Report.number(perSecond), "%.2f".formatted(perSecond / floor));
  }

  private void cpu(String who, Sent sent) {
    Report.Column perPush = Report.Column.microsPer("push", (long) sent.count());
    report.table(Report.cpuAndSum("CPU: " + who, sent.use(), perPush));
  }

  /**
   * The two share code and use it differently: whenever they take turns some of it is compiled
   * again, until both uses are known.
   */
  private void warmUp(PushStage stage) throws Exception {
    double compilers = 1;
    for (int round = 0; round < plan.rounds() && compilers > COMPILERS_AT_REST; round++) {
      CompilerUse use = CompilerUse.watch();
      bare(stage, plan.warmUp());
      notifier(stage, plan.warmUp());
      compilers = use.cores();
    }
    report.line("the compilers had %.2f cores at the end of the warm-up".formatted(compilers));
  }

  private Sent bare(PushStage stage, int count) throws Exception {
    NotifierConfig config = config(stage, "bare", NO_QUOTA);
    byte[][] bodies = new byte[1000][];
    for (int i = 0; i < bodies.length; i++) {
      bodies[i] = body(push(Push.Lane.CAMPAIGN, i));
    }
    H2MultiplexingRequester client = FcmHttpClient.create(config.fcm());
    try {
      client.start();
      HttpHost target = FcmHttpClient.target(config.fcm());
      Semaphore slots = new Semaphore(CONCURRENCY);
      AtomicLong failures = new AtomicLong();
      CpuUse cpu = stage.watchCpu();
      for (int i = 0; i < count; i++) {
        slots.acquire();
        client.execute(
            target,
            post(bodies[i % bodies.length]),
            new BasicResponseConsumer<>(new StringAsyncEntityConsumer()),
            Timeout.ofSeconds(10),
            null,
            counting(slots, failures));
      }
      slots.acquire(CONCURRENCY);
      if (failures.get() > 0) {
        throw new IllegalStateException(failures + " posts of the bare client failed");
      }
      return new Sent(count, cpu.read());
    } finally {
      client.close(CloseMode.IMMEDIATE);
    }
  }

  private static AsyncRequestProducer post(byte[] body) {
    return AsyncRequestBuilder.post(FCM + "/v1/projects/goalgpt/messages:send")
        .setHeader("Authorization", "Bearer nobody")
        .setEntity(body, ContentType.APPLICATION_JSON)
        .build();
  }

  private static FutureCallback<Message<HttpResponse, String>> counting(
      Semaphore slots, AtomicLong failures) {
    return new FutureCallback<>() {
      @Override
      public void completed(Message<HttpResponse, String> response) {
        if (response.getHead().getCode() != HttpStatus.SC_OK) {
          failures.incrementAndGet();
        }
        slots.release();
      }

      @Override
      public void failed(Exception cause) {
        failures.incrementAndGet();
        slots.release();
      }

      @Override
      public void cancelled() {
        failures.incrementAndGet();
        slots.release();
      }
    };
  }

  /** The same fields as the notifier writes. */
  private static byte[] body(Push push) {
    Map<String, Object> message =
        Map.of(
            "token", push.addresses().get(0).secret(),
            "notification", Map.of("title", push.title(), "body", push.body()),
            "data", Map.of("type", "campaign", "deepLink", push.deepLink()),
            "android",
                Map.of(
                    "priority",
                    "high",
                    "collapse_key",
                    push.id(),
                    "ttl",
                    "86399.123s",
                    "notification",
                    Map.of("sound", "default", "channel_id", "default")),
            "apns",
                Map.of(
                    "headers",
                    Map.of("apns-collapse-id", push.id(), "apns-expiration", "1795322853"),
                    "payload",
                    Map.of("aps", Map.of("sound", "default", "badge", 1))));
    return Json.write(Map.of("message", message));
  }

  private double sendEach(PushStage stage, int count) throws Exception {
    NotifierConfig config = config(stage, "each", NO_QUOTA);
    FirebaseOptions options =
        FirebaseOptions.builder()
            .setCredentials(
                GoogleCredentials.create(
                    new AccessToken("nobody", Date.from(Instant.now().plus(Duration.ofDays(1))))))
            .setProjectId("goalgpt")
            .setHttpTransport(new ApacheHttp2Transport(firebaseClient(config.fcm())))
            .build();
    FirebaseApp app = FirebaseApp.initializeApp(options, "bench-" + UUID.randomUUID());
    try {
      FirebaseMessaging messaging = FirebaseMessaging.getInstance(app);
      messaging.sendEach(messages(Math.min(count, MOST_OF_SEND_EACH)));
      long start = System.nanoTime();
      for (int sent = 0; sent < count; sent += MOST_OF_SEND_EACH) {
        messaging.sendEach(messages(Math.min(count - sent, MOST_OF_SEND_EACH)));
      }
      return count / seconds(start);
    } finally {
      app.delete();
    }
  }

  /** One connection that all share, as ours has. */
  private static CloseableHttpAsyncClient firebaseClient(FcmConfig fcm) throws IOException {
    HttpHost target = FcmHttpClient.target(fcm);
    return HttpAsyncClients.customHttp2()
        .setTlsStrategy(FcmHttpClient.tls(fcm))
        .setRoutePlanner((host, context) -> new HttpRoute(target, null, true))
        .setDnsResolver(
            new SystemDefaultDnsResolver() {
              @Override
              public InetAddress[] resolve(String host) {
                return new InetAddress[] {target.getAddress()};
              }
            })
        .build();
  }

  @SuppressWarnings("deprecation")
  private static List<com.google.firebase.messaging.Message> messages(int count) {
    List<com.google.firebase.messaging.Message> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(
          com.google.firebase.messaging.Message.builder()
              .setToken("bench-" + i)
              .setNotification(Notification.builder().setTitle("t").setBody("b").build())
              .putData("type", "campaign")
              .build());
    }
    return messages;
  }

  private Sent notifier(PushStage stage, int count) throws Exception {
    String prefix = "n" + UUID.randomUUID().toString().substring(0, 8);
    NotifierConfig config = config(stage, prefix, NO_QUOTA);
    new Topics(config.kafka(), config.tables()).ensure();
    produce(config, Push.Lane.CAMPAIGN, count);
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Notifier notifier = Notifier.start(config, registry, PushBenchmark::fatal);
    try {
      Waiting.until(
          () -> accepted(registry) >= count / 10, PATIENCE, () -> accepted(registry) + " accepted");
      double first = accepted(registry);
      CpuUse cpu = stage.watchCpu();
      Waiting.until(
          () -> accepted(registry) >= count, PATIENCE, () -> accepted(registry) + " accepted");
      return new Sent(count - first, cpu.read());
    } finally {
      notifier.close();
    }
  }

  private void rewards(PushStage stage) throws Exception {
    NotifierConfig config = config(stage, "rewards", DEFAULT_QUOTA);
    Topics topics = new Topics(config.kafka(), config.tables());
    topics.ensure();
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    report.progress("%d rewards' pushes, alone".formatted(plan.rewards()));
    Latencies alone = new Latencies();
    Latencies amid = new Latencies();
    long heap;
    Notifier idle = Notifier.start(config, registry, PushBenchmark::fatal);
    try {
      paced(config, 100);
      pacedAndTimed(config, topics, alone);
    } finally {
      idle.close();
    }
    report.progress("a campaign to %,d".formatted(plan.campaign()));
    produce(config, Push.Lane.CAMPAIGN, plan.campaign());
    double before = accepted(registry);
    Notifier busy = Notifier.start(config, registry, PushBenchmark::fatal);
    try {
      Waiting.until(
          () -> accepted(registry) > before + plan.campaign() * MIDDLE,
          PATIENCE,
          () -> "the campaign does not begin");
      pacedAndTimed(config, topics, amid);
      heap = heapInUse();
    } finally {
      busy.close();
    }
    report.table(
        List.of(
            List.of("a reward's push", "p50 ms", "p99 ms"),
            List.of("alone", Report.number(alone.millis(50)), Report.number(alone.millis(99))),
            List.of(
                "in a campaign", Report.number(amid.millis(50)), Report.number(amid.millis(99)))));
    report.line("heap in use while the campaign waits: %d MB".formatted(heap));
    report.figure("heap_mb", heap);
    report.figure("reward_p99_ms", alone.millis(99));
    report.figure("reward_in_campaign_p99_ms", amid.millis(99));
    report.atMost("reward_p99_ratio", amid.millis(99) / alone.millis(99), 2);
  }

  private static long heapInUse() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }

  private List<UUID> paced(NotifierConfig config, int count) throws InterruptedException {
    List<UUID> ids = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = producer(config, 0)) {
      producer.partitionsFor(topic(config, Push.Lane.REWARD)); // not for the first push to wait for
      for (int i = 0; i < count; i++) {
        Push push = push(Push.Lane.REWARD, i);
        ids.add(push.id());
        send(producer, config, push);
        Thread.sleep(100);
      }
    }
    return ids;
  }

  /** From the making of a reward's push to FCM's acceptance, as its delivery says. */
  private void pacedAndTimed(NotifierConfig config, Topics topics, Latencies latencies)
      throws InterruptedException {
    Map<String, Object> properties = new HashMap<>(config.kafka().clientProperties());
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> deliveries = new ArrayList<>();
      for (int p = 0; p < PARTITIONS; p++) {
        deliveries.add(new TopicPartition(topics.name(Topic.DELIVERIES), p));
      }
      consumer.assign(deliveries);
      consumer.seekToEnd(deliveries);
      deliveries.forEach(consumer::position);
      List<UUID> waited = new ArrayList<>(paced(config, plan.rewards()));
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!waited.isEmpty()) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                record -> {
                  Delivery delivery = Json.read(record.value(), Delivery.class);
                  if (waited.remove(delivery.pushId())) {
                    latencies.record(
                        Duration.between(delivery.causedAt(), delivery.finishedAt()).toNanos()
                            / 1000);
                  }
                });
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(waited.size() + " rewards have no delivery");
        }
      }
    }
  }

  private static void produce(NotifierConfig config, Push.Lane lane, int count) {
    try (KafkaProducer<byte[], byte[]> producer = producer(config, 20)) {
      for (int i = 0; i < count; i++) {
        send(producer, config, push(lane, i));
      }
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, NotifierConfig config, Push push) {
    producer.send(
        new ProducerRecord<>(
            topic(config, push.lane()),
            push.customerId().toString().getBytes(StandardCharsets.UTF_8),
            Json.write(push)));
  }

  private static String topic(NotifierConfig config, Push.Lane lane) {
    return new Topics(config.kafka(), config.tables()).name(Topic.pushes(lane));
  }

  private static KafkaProducer<byte[], byte[]> producer(NotifierConfig config, int lingerMs) {
    Map<String, Object> properties = new HashMap<>(config.kafka().clientProperties());
    properties.put("linger.ms", lingerMs);
    properties.put("compression.type", "lz4");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Push push(Push.Lane lane, int number) {
    Instant now = Instant.now();
    return new Push(
        UUID.randomUUID(),
        UUID.randomUUID(),
        "Hafta sonu fırsatı",
        "Bu hafta sonu bütün tahminlerde iki kat kredi seni bekliyor!",
        Map.of("type", "campaign"),
        "goalgpt://home",
        null,
        lane,
        List.of(new Push.RegistrationToken(UUID.randomUUID(), "bench-" + number)),
        now,
        now.plus(Duration.ofHours(24)),
        null);
  }

  private static NotifierConfig config(PushStage stage, String prefix, int quota) {
    Map<String, String> settings = new HashMap<>(stage.settings());
    settings.put("TOPIC_PREFIX", prefix);
    settings.put("TOPIC_PARTITIONS", Integer.toString(PARTITIONS));
    settings.put("NOTIFIER_CONCURRENCY", Integer.toString(CONCURRENCY));
    settings.put("FCM_QUOTA", Integer.toString(quota));
    settings.put("NOTIFIER_RAMP_UP", "0s");
    return NotifierConfig.from(Settings.of(settings));
  }

  private static double accepted(SimpleMeterRegistry registry) {
    return registry.find("goalgpt.notifier.accepted").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private static void fatal(Throwable failure) {
    throw new IllegalStateException("the notifier cannot go on", failure);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
