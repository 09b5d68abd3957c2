package app.goalgpt.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoalgptTest {
  private static final String NOBODY_LISTENS = "postgres://goalgpt:hunter2@127.0.0.1:1/goalgpt";
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run       | TOPIC_PARTITIONS       | many | TOPIC_PARTITIONS=many",
        "run       | CAPTURE_POLL_INTERVAL  | soon | CAPTURE_POLL_INTERVAL=soon",
        "capture   | CAPTURE_SLOT           | A B  | CAPTURE_SLOT=A B",
        "topology  | TOPOLOGY_THREADS       | 0    | TOPOLOGY_THREADS=0",
        "ledger    | LEDGER_BATCH           | 0    | LEDGER_BATCH=0",
        "notifier  | NOTIFIER_CONCURRENCY   | none | NOTIFIER_CONCURRENCY=none",
        "scheduler-bridge | JOB_OLD_LOGS_CLEANUP_SCHEDULE | often | JOB_OLD_LOGS_CLEANUP_SCHEDULE=often",
        "jobs      | JOB_OLD_LOG_CLEANUP_ENABLED | false | JOB_OLD_LOG_CLEANUP_ENABLED=false",
        "migrate   | TABLE_REFERRALS        | a;b  | TABLE_REFERRALS=a;b",
        "audit     | TABLE_REFERRALS        | a;b  | TABLE_REFERRALS=a;b",
      })
  void aWrongSettingIsOneLineAndStatus2(String command, String name, String value, String said) {
    Map<String, String> environment =
        Map.of("DATABASE_URL", NOBODY_LISTENS, "FCM_ENDPOINT", "https://127.0.0.1:1", name, value);

    assertThat(execute(environment, command)).isEqualTo(ExitStatus.WRONG_SETTING);
    assertThat(lines()).singleElement().asString().contains(said, "allowed is");
  }

  @Test
  void aMissingSettingIsOneLineAndStatus2() {
    assertThat(execute(Map.of(), "run")).isEqualTo(ExitStatus.WRONG_SETTING);
    assertThat(lines()).singleElement().asString().contains("DATABASE_URL=(not set)");
  }

  @ParameterizedTest
  @CsvSource({
    "--for,ever",
    "--for,0s",
    "--customers,9",
    "--customers,many",
    "--rate,-1",
    "--rate,fast",
    "--clock,tomorrow",
    "--clock,25:00",
    "--clock,2026-02-30T20:00",
    "--clock,1999-12-31T23:59:59Z",
    "--clock,+999999999-01-01T00:00:00Z",
    "--clock,''",
    "--speed,0",
    "--speed,-900",
    "--speed,NaN",
    "--speed,1e9",
    "--speed,Infinity",
    "--nonsense,1",
  })
  void aWrongArgumentIsOneLineAndStatus2(String option, String value) {
    assertThat(execute(Map.of(), "demo", option, value)).isEqualTo(ExitStatus.WRONG_SETTING);
    assertThat(lines()).singleElement().asString().contains(option);
  }

  @ParameterizedTest
  @CsvSource({
    "old-log-cleanup,  2026-11-21T22:00, old-logs-cleanup",
    "old-logs-cleanup, tomorrow,         2026-11-21T22:00+03:00",
  })
  void aTickOfNoJobOrNoInstantIsOneLineAndStatus2(String job, String at, String allowed) {
    assertThat(execute(Map.of(), "tick", job, "--at", at)).isEqualTo(ExitStatus.WRONG_SETTING);
    assertThat(lines()).singleElement().asString().contains("allowed is", allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "20:55,                     2026-11-21T17:55:00Z", // already the 21st in Istanbul
    "2026-11-22T20:55,          2026-11-22T17:55:00Z",
    "2026-11-22T20:55:30,       2026-11-22T17:55:30Z",
    "2026-11-22T20:55Z,         2026-11-22T20:55:00Z",
    "2026-11-22T20:55:00+01:00, 2026-11-22T19:55:00Z",
    "now,                       2026-11-20T21:30:00Z",
  })
  void theDemosClockIsSetByATimeOfTheBusinessZoneOrAnInstant(String text, Instant expected) {
    Instant now = Instant.parse("2026-11-20T21:30:00Z");

    assertThat(ClockTime.parse(text, ZoneId.of("Europe/Istanbul"), now)).isEqualTo(expected);
  }

  @Test
  void campaignWithoutACommandSaysWhichThereAre() {
    assertThat(execute(Map.of(), "campaign")).isEqualTo(ExitStatus.WRONG_SETTING);
    assertThat(lines()).singleElement().asString().contains("preview");
  }

  @Test
  void anUnknownCommandIsOneLineAndStatus2() {
    assertThat(execute(Map.of(), "dance")).isEqualTo(ExitStatus.WRONG_SETTING);
    assertThat(lines()).singleElement().asString().contains("dance");
  }

  @ParameterizedTest
  @CsvSource({"migrate", "run", "audit"})
  void aDatabaseThatIsNotThereIsOneLineAndStatus3WithoutThePassword(String command) {
    Map<String, String> environment =
        Map.of("DATABASE_URL", NOBODY_LISTENS, "FCM_ENDPOINT", "https://127.0.0.1:1");

    assertThat(execute(environment, command)).isEqualTo(ExitStatus.REFUSED);
    assertThat(lines()).singleElement().asString().contains("127.0.0.1").doesNotContain("hunter2");
  }

  private int execute(Map<String, String> environment, String... arguments) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return Goalgpt.execute(environment, stream, new StopSignal(), arguments);
  }

  private List<String> lines() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
