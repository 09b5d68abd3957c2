package app.goalgpt.scheduler;

import static app.goalgpt.messages.Job.SCHEDULED_NOTIFICATIONS;
import static app.goalgpt.scheduler.BridgeFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes, one of which the operating system stops for a while: kill -STOP, kill -CONT. */
class PausedProcessTest {
  private static final double SPEED = 120;
  @TempDir private Path folder;
  private final Instant base = Instant.now();

  @Test
  void eachOccurrenceComesOnceThoughTheSpeakerIsPausedForLongerThanItsSession() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.temporary();
        BridgeFixture bridges = new BridgeFixture(kafka)) {
      bridges.with("JOB_SCHEDULED_NOTIFICATIONS_MISSED", "every").with("SCHEDULER_SESSION", "2s");
      bridges.config().topics().ensure();
      Path firstLog = folder.resolve("first");
      Path secondLog = folder.resolve("second");
      Process first = start(bridges, firstLog);
      Process second = start(bridges, secondLog);
      try {
        for (int round = 0; round < 2; round++) {
          await().until(() -> speaks(firstLog) != speaks(secondLog));
          boolean firstSpeaks = speaks(firstLog);
          Process speaker = firstSpeaks ? first : second;
          Path other = firstSpeaks ? secondLog : firstLog;
          signal("STOP", speaker);
          await().until(() -> speaks(other));
          awaitMore(bridges);
          signal("CONT", speaker);
          awaitMore(bridges);
        }
      } finally {
        first.destroyForcibly().waitFor();
        second.destroyForcibly().waitFor();
      }

      List<Instant> ticks = bridges.ticks(SCHEDULED_NOTIFICATIONS);
      assertThat(ticks)
          .isEqualTo(
              IntStream.range(0, ticks.size())
                  .mapToObj(i -> ticks.get(0).plusSeconds(60L * i))
                  .toList());
    }
  }

  private static void awaitMore(BridgeFixture bridges) {
    int before = bridges.ticks(SCHEDULED_NOTIFICATIONS).size();
    await().until(() -> bridges.ticks(SCHEDULED_NOTIFICATIONS).size() >= before + 10);
  }

  private Process start(BridgeFixture bridges, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            BridgeMain.class.getName(),
            base.toString(),
            Double.toString(SPEED));
    builder.environment().putAll(bridges.settings());
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private static boolean speaks(Path log) throws IOException {
    String text = Files.readString(log);
    return text.lastIndexOf("sends the ticks") > text.lastIndexOf("sends no more ticks");
  }

  private static void signal(String name, Process process) throws Exception {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }
}
