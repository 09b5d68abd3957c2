package app.goalgpt.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Monitoring;
import app.goalgpt.standalone.platform.MonitoringConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The whole of it, for a few seconds. */
class DemoTest {
  private static final String EVIL = "postgres://goalgpt:secret@db.invalid:5432/production";
  private static final Instant BEGIN = Instant.parse("2026-11-21T16:58:00Z");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  @Test
  void settlesTheHistoryThenTheTrafficAndPassesItsAudit() throws Exception {
    // The last tick that is asked for below comes after 14 s: a machine may pause for some.
    Demo.Options options =
        new Demo.Options(Duration.ofSeconds(22), 100, 3, 20, 2, null, BEGIN, 3600);
    Terminal terminal =
        new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), false, false);
    // What the environment says of the outside must not matter.
    Map<String, String> environment =
        Map.of(
            "DATABASE_URL",
            EVIL,
            "FIREBASE_SERVICE_ACCOUNT_PATH",
            "/nowhere.json",
            "BUSINESS_ZONE",
            "Europe/Istanbul",
            // At an hour a second a slow machine is soon later than these allow.
            "JOB_DAILY_REWARD_REMINDERS_MISSED",
            "once",
            "JOB_STREAK_BREAK_WARNINGS_MISSED",
            "once");

    boolean passed;
    try (Monitoring monitoring = Monitoring.start(MonitoringConfig.from(Settings.of(Map.of())))) {
      passed = new Demo(options, environment, terminal, monitoring, new NoSignal()).run();
    }

    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(failure).hasNullValue();
    assertThat(passed).as(text).isTrue();
    assertThat(text)
        .contains("rewards that it had earned are settled", "Summary", "Nothing missing")
        .containsPattern("badge +\\S.* ms")
        .containsPattern("push +\\S.* ms")
        .doesNotContain("\u001B", "\r", "FAIL");
    // From eight in the evening to six in that of the next day, a Sunday.
    assertThat(text)
        .containsPattern("job +daily-reward-reminders +for 2026-11-21 20:00 +success, [1-9]")
        .containsPattern("daily +\\S.*(kredi seni bekliyor|credits are waiting)")
        .containsPattern("job +campaign +for 2026-11-21 20:30 +success, [1-9]")
        .containsPattern("campaign +\\S.*(Seri avcılarına özel|For streak hunters)")
        .containsPattern("job +streak-break-warnings +for 2026-11-21 22:00 +success, [1-9]")
        .containsPattern("streak +\\S.*(serini kaybetme|Don't lose your)")
        .containsPattern("job +partner-analytics-rollup +for 2026-11-22 00:05 +success, 5 items")
        .containsPattern("day +Tribün TV +2026-11-21 +\\d+ sign-ups, \\d+ subscriptions, revenue")
        .containsPattern("job +dead-token-cleanup +for 2026-11-22 03:00 +success, [1-9]")
        .containsPattern("job +subscription-expiry-alerts +for 2026-11-22 10:00 +success, [1-9]")
        .containsPattern("expiry +\\S.*(3 gün sonra sona eriyor|ends in 3 days)")
        .containsPattern("Job log\\R( +\\S+ +\\d+ runs?, +0 failed .*\\R){7}");
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
