package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.fcm.Answer;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Push;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Two notifiers as processes, one of which is killed (kill -9) in the middle of its work and
 * replaced, again and again: every push is accepted, and twice only what was under way, which the
 * deliveries say. {@code -Dfire.rounds=20} is the long form.
 */
class KilledNotifiersTest {
  private static final int ROUNDS = Integer.getInteger("fire.rounds", 2);
  private static final int PUSHES = 1500;
  private static final int CONCURRENCY = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** How often FCM accepted each push, by its collapse key. */
  private final Map<String, Integer> accepted = new ConcurrentHashMap<>();

  @Test
  void everyPushIsAcceptedAndTwiceOnlyWhatWasUnderWay() throws Exception {
    List<Process> running = new ArrayList<>();
    try (EmbeddedKafka kafka = EmbeddedKafka.temporary();
        NotifierFixture fixture = new NotifierFixture(kafka)) {
      fixture.with("NOTIFIER_CONCURRENCY", Integer.toString(CONCURRENCY));
      fixture.with("NOTIFIER_RAMP_UP", "0s");
      fixture.fcm.onAccepted(message -> accepted.merge(message.collapseKey(), 1, Integer::sum));
      fixture.fcm.script(request -> Answer.accept().after(Duration.ofMillis(15)));
      running.add(start(fixture));
      running.add(start(fixture));
      Set<String> sent = new HashSet<>();
      for (int round = 0; round < ROUNDS; round++) {
        Push[] pushes =
            NotifierFixture.pushes(PUSHES, "phone-" + round + "-").stream()
                .map(push -> NotifierFixture.inLane(push, Push.Lane.CAMPAIGN))
                .toArray(Push[]::new);
        for (Push push : pushes) {
          sent.add(push.id().toString());
        }
        int before = accepted.size();
        fixture.send(pushes);
        int enough = before + PUSHES * (2 + round % 5) / 10;
        await().atMost(PATIENCE).until(() -> accepted.size() >= enough);
        running.remove(0).destroyForcibly().waitFor();
        running.add(start(fixture));
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(500))
            .until(() -> delivered(fixture).containsAll(sent));
      }
      verify(fixture, sent);
    } finally {
      running.forEach(Process::destroyForcibly);
    }
  }

  private static Set<String> delivered(NotifierFixture fixture) {
    return fixture.deliveries().stream()
        .map(delivery -> delivery.pushId().toString())
        .collect(Collectors.toSet());
  }

  private void verify(NotifierFixture fixture, Set<String> sent) {
    assertThat(accepted.keySet()).as("accepted").containsExactlyInAnyOrderElementsOf(sent);
    List<Delivery> deliveries = fixture.deliveries();
    Set<String> counted =
        deliveries.stream()
            .filter(delivery -> delivery.mayBeRepeat() != null)
            .map(delivery -> delivery.pushId().toString())
            .collect(Collectors.toSet());
    Set<String> twice = new HashSet<>(accepted.keySet());
    twice.removeIf(key -> accepted.get(key) == 1);
    System.out.printf(
        "%d kills: %d pushes, %d accepted twice, %d counted as possible repeats%n",
        ROUNDS, sent.size(), twice.size(), counted.size());
    assertThat(counted).as("repeats are counted").containsAll(twice);
    assertThat(counted.size())
        .as("under way, and in line next, when one was killed")
        .isLessThanOrEqualTo(ROUNDS * 5 * CONCURRENCY);
  }

  private static Process start(NotifierFixture fixture) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx192m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            NotifierMain.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(new HashMap<>(fixture.settings()));
    return builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
