package app.goalgpt.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.scheduler.SchedulerBridgeConfig;
import app.goalgpt.settings.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoSettingsTest {
  private static final String SCHEDULE = "JOB_SCHEDULED_NOTIFICATIONS_SCHEDULE";

  @ParameterizedTest
  @CsvSource({
    "1, * * * * *",
    "60, * * * * *",
    "61, */2 * * * *",
    "600, */10 * * * *",
    "900, */15 * * * *",
    "3600, 0 * * * *",
  })
  void whatIsDueEveryMinuteIsDueAboutOnceASecondByAFastClock(double speed, String schedule) {
    Settings settings = DemoSettings.of(Settings.of(Map.of()), speed);

    assertThat(settings.text(SCHEDULE, "* * * * *")).isEqualTo(schedule);
    assertThat(SchedulerBridgeConfig.from(settings).fromNow()).isTrue();
  }

  @Test
  void whatTheEnvironmentSaysStays() {
    Settings said = Settings.of(Map.of(SCHEDULE, "7 * * * *", "SCHEDULER_FROM_NOW", "false"));

    assertThat(DemoSettings.of(said, 900).text(SCHEDULE, "")).isEqualTo("7 * * * *");
    assertThat(DemoSettings.of(said, 900).text("SCHEDULER_FROM_NOW", "")).isEqualTo("false");
  }
}
