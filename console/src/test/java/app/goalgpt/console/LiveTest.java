package app.goalgpt.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.Cause;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Topic;
import app.goalgpt.settings.KafkaConfig;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Live streams: what is told, to how many, and to those who read slowly. */
class LiveTest {
  private static ConsoleStage stage;

  @BeforeAll
  static void start() throws SQLException {
    stage = new ConsoleStage();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private static byte[] reward(UUID id, String slug) {
    Instant now = Instant.now();
    return Json.write(
        new BadgeUnlocked(
            1,
            id,
            UUID.randomUUID(),
            UUID.randomUUID(),
            slug,
            "{\"type\":\"comments\",\"count\":1}",
            "1",
            new Cause("match_comments", "c", 1, now.minusMillis(120)),
            50,
            10,
            0,
            null,
            0,
            now.minusMillis(20),
            now));
  }

  private static void announce(UUID id, String slug) {
    stage.produce(stage.topics.name(Topic.BADGE_UNLOCKED), id.toString(), reward(id, slug));
  }

  /** A stream that is read as fast as it comes. */
  private static final class Reader implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Stream<String> stream;
    private final Thread thread;

    Reader() throws IOException, InterruptedException {
      HttpRequest request = stage.request("api/live").build();
      HttpResponse<Stream<String>> response = stage.http().send(request, BodyHandlers.ofLines());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
      stream = response.body();
      thread = new Thread(this::read);
      thread.setDaemon(true);
      thread.start();
    }

    private void read() {
      try {
        stream.forEach(lines::add);
      } catch (UncheckedIOException closed) {
        lines.add("closed");
      }
    }

    List<JsonNode> rewards() throws IOException {
      List<JsonNode> rewards = new ArrayList<>();
      List<String> now = List.copyOf(lines);
      for (int i = 0; i + 1 < now.size(); i++) {
        if (now.get(i).equals("event: reward")) {
          rewards.add(Json.MAPPER.readTree(now.get(i + 1).substring("data: ".length())));
        }
      }
      return rewards;
    }

    long count(String text) {
      return lines.stream().filter(line -> line.contains(text)).count();
    }

    @Override
    public void close() {
      stream.close();
    }
  }

  @Test
  void aSettledRewardIsToldOnceItsTransactionIsCommitted() throws Exception {
    UUID aborted = UUID.randomUUID();
    UUID committed = UUID.randomUUID();
    try (Reader reader = new Reader()) {
      Map<String, Object> properties = KafkaConfig.from(stage.settings).clientProperties();
      properties.put("transactional.id", "live-test");
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
        String topic = stage.topics.name(Topic.BADGE_UNLOCKED);
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, reward(aborted, "aborted")));
        producer.flush();
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, reward(committed, "committed")));
        producer.commitTransaction();
      }
      await()
          .atMost(ConsoleStage.PATIENCE)
          .untilAsserted(() -> assertThat(reader.rewards()).hasSize(1));
      JsonNode told = reader.rewards().get(0);
      assertThat(told.path("id").asText()).isEqualTo(committed.toString());
      assertThat(told.path("name").asText()).isEqualTo("committed");
      assertThat(told.path("latencyMs").asLong()).isEqualTo(120);
    }
    JsonNode recent = stage.get("api/rewards?limit=1");
    assertThat(recent.at("/rewards/0/id").asText()).isEqualTo(committed.toString());
    await()
        .atMost(ConsoleStage.PATIENCE)
        .untilAsserted(
            () -> {
              AtomicLong rewards = new AtomicLong();
              stage
                  .get("api/figures")
                  .path("seconds")
                  .forEach(second -> rewards.addAndGet(second.path("rewards").asLong()));
              assertThat(rewards.get()).isGreaterThanOrEqualTo(1);
            });
  }

  @Test
  void twoHundredStreamsAreAllTold() throws Exception {
    List<Reader> readers = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        readers.add(new Reader());
      }
      UUID id = UUID.randomUUID();
      announce(id, "for-all");
      for (Reader reader : readers) {
        await()
            .atMost(ConsoleStage.PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(reader.rewards())
                        .anySatisfy(
                            told -> assertThat(told.path("id").asText()).isEqualTo(id.toString())));
      }
    } finally {
      readers.forEach(Reader::close);
    }
    await()
        .atMost(ConsoleStage.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(stage.registry.get("goalgpt.console.streams").gauge().value()).isZero());
  }

  /**
   * One who does not read: what is kept for it is bounded, the others are told all the same, and
   * when it reads again it learns how much it missed.
   */
  @Test
  void whoReadsSlowlyIsToldHowMuchWasMissed() throws Exception {
    String big = "b".repeat(100_000);
    try (Socket slow = new Socket();
        Reader fast = new Reader()) {
      slow.setReceiveBufferSize(4_096);
      slow.connect(new InetSocketAddress("127.0.0.1", stage.console.address().getPort()));
      slow.getOutputStream()
          .write(
              ("GET /api/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n")
                  .formatted(ConsoleStage.TOKEN)
                  .getBytes(StandardCharsets.UTF_8));
      await()
          .atMost(ConsoleStage.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(stage.registry.get("goalgpt.console.streams").gauge().value())
                      .isEqualTo(2));
      // Reports are not limited by the second: 400 of them are more than a stream keeps.
      for (int i = 0; i < 400; i++) {
        announceProgress(i, big);
      }
      await()
          .atMost(ConsoleStage.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(stage.registry.get("goalgpt.console.streams.missed").counter().count())
                      .isPositive());
      UUID last = UUID.randomUUID();
      announce(last, "last");
      await()
          .atMost(ConsoleStage.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(fast.rewards())
                      .anySatisfy(
                          told -> assertThat(told.path("id").asText()).isEqualTo(last.toString())));
      // Until all reports were heard the slow one may have lost nothing: the fast one may be slow.
      for (int partition = 0; partition < 2; partition++) {
        announceEnd(partition);
      }
      await().atMost(ConsoleStage.PATIENCE).until(() -> fast.count("\"job\":\"end-of-") == 2);
      BufferedReader reading =
          new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
      String line = reading.readLine();
      while (line != null && !line.equals("event: missed")) {
        line = reading.readLine();
      }
      assertThat(line).isEqualTo("event: missed");
      assertThat(reading.readLine()).matches("data: \\{\"events\":[1-9]\\d*}");
    }
  }

  private static void announceProgress(int n, String big) {
    RunProgress report = failed("slow-" + n % 5, n, big);
    stage.produce(
        stage.topics.name(Topic.RUN_PROGRESS), report.runId().toString(), Json.write(report));
  }

  /** Behind all reports of a partition. */
  private static void announceEnd(int partition) {
    RunProgress report = failed("end-of-" + partition, 0, "");
    stage.produce(stage.topics.name(Topic.RUN_PROGRESS), partition, Json.write(report));
  }

  private static RunProgress failed(String job, int items, String error) {
    Instant now = Instant.now();
    return new RunProgress(
        UUID.randomUUID(),
        job,
        now,
        0,
        1,
        1,
        RunProgress.State.FAILED,
        items,
        0,
        0,
        error,
        now,
        now);
  }
}
