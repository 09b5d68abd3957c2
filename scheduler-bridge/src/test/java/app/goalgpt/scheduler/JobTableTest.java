package app.goalgpt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobTableTest {
  private static List<String> lines(Map<String, String> settings) {
    return JobTable.from(Settings.of(settings)).stream()
        .map(
            line ->
                "%s | %s | %s | %s"
                    .formatted(
                        line.job().specName(), line.schedule(), line.enabled(), line.missed()))
        .toList();
  }

  @Test
  void defaultsAreTheSpecifications() {
    assertThat(lines(Map.of()))
        .containsExactly(
            "scheduled-notifications | * * * * * UTC | true | once",
            "daily-reward-reminders | 0 20 * * * UTC | true | once, same-day, not-later-than 3h",
            "streak-break-warnings | 0 22 * * * UTC | true | once, same-day, not-later-than 110m",
            "subscription-expiry-alerts | 0 10 * * * UTC | true | once, same-day",
            "partner-analytics-rollup | 5 0 * * * UTC | true | every",
            "dead-token-cleanup | 0 3 * * 0 UTC | true | once",
            "old-logs-cleanup | 0 4 1 * * UTC | true | once");
  }

  @Test
  void eachCellCanBeSet() {
    assertThat(
            lines(
                Map.of(
                    "BUSINESS_ZONE", "Europe/Istanbul",
                    "JOB_OLD_LOGS_CLEANUP_SCHEDULE", "30 5 * * 1",
                    "JOB_OLD_LOGS_CLEANUP_ZONE", "Europe/Berlin",
                    "JOB_OLD_LOGS_CLEANUP_ENABLED", "false",
                    "JOB_OLD_LOGS_CLEANUP_MISSED", "every,not-later-than 14d")))
        .contains(
            "old-logs-cleanup | 30 5 * * 1 Europe/Berlin | false | every, not-later-than 14d",
            "dead-token-cleanup | 0 3 * * 0 Europe/Istanbul | true | once");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "JOB_DEAD_TOKEN_CLEANUP_SCHEDULE | 0 25 * * *  | a cron expression",
        "JOB_DEAD_TOKEN_CLEANUP_SCHEDULE | 0 0 31 2 *  | there is no such day",
        "JOB_DEAD_TOKEN_CLEANUP_ZONE     | Mars/Olympus | a time zone",
        "JOB_DEAD_TOKEN_CLEANUP_ENABLED  | maybe       | true or false",
        "JOB_DEAD_TOKEN_CLEANUP_MISSED   | never       | once or every",
        "JOB_DEAD_TOKEN_CLEANUP_MISSED   | once, every | once or every",
        "JOB_DEAD_TOKEN_CLEANUP_MISSED   | not-later-than soon | once or every",
        "JOB_DEAD_TOKENS_CLEANUP_ENABLED | false       | DEAD_TOKEN_CLEANUP",
      })
  void aWrongCellIsNamed(String name, String value, String allowed) {
    assertThatThrownBy(() -> lines(Map.of(name, value)))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining(name + "=" + value.strip())
        .hasMessageContaining(allowed);
  }
}
