package app.goalgpt.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each benchmark, tiny: that it works and reports what it promises, whatever the figures are. */
class BenchTest {
  @ParameterizedTest
  @CsvSource({
    "latency, p50_10_ratio p99_10_ratio p50_500_ratio p99_500_ratio push_p99_500_ratio",
    "drain, floor_ratio debezium_ratio",
    "backfill, settle_ratio",
    "polling, badge_median_ratio badge_p99_ratio idle_database_cpu_ratio",
    "sweep, scan_ratio reward_p99_ratio",
    "housekeeping, reward_p99_ratio",
    "push, send_ratio send_each_ratio reward_p99_ratio"
  })
  void endsWithOneLineOfJsonThatHasEveryRatio(String benchmark, String ratios) throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    int status =
        Bench.run(new PrintStream(printed, true, StandardCharsets.UTF_8), benchmark, "--quick");

    assertThat(status).isZero();
    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    JsonNode figures = Json.MAPPER.readTree(lines.get(lines.size() - 1));
    assertThat(figures.path("benchmark").asText()).isEqualTo(benchmark);
    for (String ratio : ratios.split(" ")) {
      assertThat(figures.path(ratio).isNumber()).as(ratio).isTrue();
    }
  }
}
