package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong setting stops the start with one line that names setting, value and what is allowed. */
class NotifierConfigTest {
  private static final Settings FAKE =
      Settings.of(Map.of("FCM_ENDPOINT", "https://127.0.0.1:8443"));

  @TempDir Path folder;

  @Test
  void hasADefaultForEverythingButWhereToSend() {
    NotifierConfig config = NotifierConfig.from(FAKE);
    assertThat(config.inFlight()).isEqualTo(10_000);
    assertThat(config.concurrency()).isEqualTo(100);
    assertThat(config.firstRetry()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.longestRetry()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.memory()).isEqualTo(Duration.ofDays(2));
    assertThat(config.drain()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.fcm().readTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.groupId()).isEqualTo("goalgpt-notifier");
  }

  @Test
  void refusesToGuessWhereToSend() {
    assertThatThrownBy(() -> NotifierConfig.from(Settings.of(Map.of())))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("FIREBASE_SERVICE_ACCOUNT_PATH=(not set): allowed is")
        .hasMessageContaining("FCM_ENDPOINT")
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesARealAccountForAnotherEndpoint() throws Exception {
    Path account = Files.writeString(folder.resolve("account.json"), "{}");
    assertThatThrownBy(
            () ->
                NotifierConfig.from(
                    FAKE.with(Map.of("FIREBASE_SERVICE_ACCOUNT_PATH", account.toString()))))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("not both");
  }

  @ParameterizedTest
  @CsvSource({
    "FCM_ENDPOINT, http://127.0.0.1:80",
    "FCM_ENDPOINT, 127.0.0.1:80",
    "FCM_ENDPOINT, https://127.0.0.1:80/v1",
    "FCM_ENDPOINT, not a url",
    "FCM_TRUST_CERTIFICATE, /not/there.pem",
    "FCM_READ_TIMEOUT, soon",
    "NOTIFIER_CONCURRENCY, 501",
    "NOTIFIER_IN_FLIGHT, 0",
    "NOTIFIER_MEMORY, 8d"
  })
  void namesTheSettingThatIsWrong(String name, String value) {
    assertThatThrownBy(() -> NotifierConfig.from(FAKE.with(Map.of(name, value))))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith(name + "=" + value + ": allowed is ");
  }

  @Test
  void namesAFileThatIsNotAServiceAccount() throws Exception {
    Path account = Files.writeString(folder.resolve("account.json"), "{\"type\": \"none\"}");
    NotifierConfig config =
        NotifierConfig.from(
            Settings.of(Map.of("FIREBASE_SERVICE_ACCOUNT_PATH", account.toString())));
    assertThatThrownBy(() -> FcmHttpGateway.open(config.fcm(), 1, false, Clock.systemUTC()))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("FIREBASE_SERVICE_ACCOUNT_PATH=" + account);
  }

  @Test
  void namesAFileThatIsNotACertificate() throws Exception {
    Path file = Files.writeString(folder.resolve("trust.pem"), "nothing");
    NotifierConfig config =
        NotifierConfig.from(FAKE.with(Map.of("FCM_TRUST_CERTIFICATE", file.toString())));
    assertThatThrownBy(() -> FcmHttpGateway.open(config.fcm(), 1, false, Clock.systemUTC()))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("FCM_TRUST_CERTIFICATE=" + file);
  }
}
