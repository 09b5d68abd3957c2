package app.goalgpt.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The whole of it, for a few seconds. */
class DemoTest {
  private static final String EVIL = "postgres://goalgpt:secret@db.invalid:5432/production";
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  @Test
  void settlesTheHistoryThenTheTrafficAndPassesItsAudit() throws Exception {
    Demo.Options options = new Demo.Options(Duration.ofSeconds(5), 60, 3, 20, 1, null);
    Terminal terminal =
        new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), false, false);
    // What the environment says of the outside must not matter.
    Map<String, String> environment =
        Map.of("DATABASE_URL", EVIL, "FIREBASE_SERVICE_ACCOUNT_PATH", "/nowhere.json");

    boolean passed =
        new Demo(options, environment, terminal, new SimpleMeterRegistry(), new NoSignal()).run();

    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(failure).hasNullValue();
    assertThat(passed).as(text).isTrue();
    assertThat(text)
        .contains("rewards that it had earned are settled", "Summary", "Nothing missing")
        .containsPattern("badge +\\S.* ms")
        .containsPattern("push +\\S.* ms")
        .doesNotContain("\u001B", "\r", "FAIL");
  }

  private final class NoSignal implements Demo.Stop {
    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    public boolean isRequested() {
      return false;
    }

    @Override
    public boolean await(Duration time) throws InterruptedException {
      return never.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void fail(Throwable cause) {
      failure.set(cause);
    }
  }
}
