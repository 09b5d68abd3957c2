package app.goalgpt.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.goalgpt.messages.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is in operations/, against what the processes expose, and by Prometheus's own tool. */
class OperationsFilesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path PROMETHEUS = ROOT.resolve("operations/prometheus");
  private static final Path RULES = PROMETHEUS.resolve("rules/goalgpt.yml");
  private static final Path TESTS = PROMETHEUS.resolve("goalgpt.test.yml");
  private static final Path DASHBOARDS = ROOT.resolve("operations/grafana/dashboards");
  private static final Pattern METRIC = Pattern.compile("\\bgoalgpt_[a-z_]+");
  private static final Pattern LISTED =
      Pattern.compile("^\\| `(goalgpt_[a-z_]+)`", Pattern.MULTILINE);
  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
  private static final Pattern TESTED =
      Pattern.compile("alertname: (\\w+)\\s+exp_alerts:\\s+- exp_labels");

  @Test
  void everyMetricThatIsNamedIsListed() throws IOException {
    Set<String> listed = found(LISTED, Files.readString(ROOT.resolve("docs/metrics.md")), 1);
    Set<String> named = found(METRIC, Files.readString(RULES), 0);
    for (Path dashboard : dashboards()) {
      named.addAll(found(METRIC, Files.readString(dashboard), 0));
    }
    assertThat(named).hasSizeGreaterThan(30);
    named.removeIf(
        name ->
            listed.contains(name)
                || listed.contains(name.replaceFirst("_(bucket|count|sum|max)$", "")));
    assertThat(named).as("named, and not in docs/metrics.md").isEmpty();
  }

  @Test
  void everyAlertHasATestInWhichItFires() throws IOException {
    assertThat(found(TESTED, Files.readString(TESTS), 1))
        .isEqualTo(found(ALERT, Files.readString(RULES), 1));
  }

  @Test
  void everyAlertIsExplained() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/operations.md")))
        .contains(
            found(ALERT, Files.readString(RULES), 1).stream()
                .map(alert -> "| `" + alert + "` |")
                .toList());
  }

  @Test
  void everyDashboardCanBeReadAndAsksTheDatasourceThatIsProvisioned() throws IOException {
    String datasource =
        Files.readString(
            ROOT.resolve("operations/grafana/provisioning/datasources/prometheus.yml"));
    assertThat(dashboards()).isNotEmpty();
    for (Path dashboard : dashboards()) {
      JsonNode json = Json.read(Files.readAllBytes(dashboard), JsonNode.class);
      assertThat(json.path("panels")).as(dashboard.toString()).isNotEmpty();
      for (JsonNode panel : json.path("panels")) {
        String uid = panel.path("datasource").path("uid").asText();
        assertThat(datasource).contains("uid: " + uid + "\n");
        assertThat(panel.path("targets").get(0).path("expr").asText()).isNotBlank();
      }
    }
  }

  @Test
  void promtoolAcceptsTheRulesAndTheirTestsPass() throws Exception {
    boolean isThere =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    assumeTrue(isThere, "promtool is not installed (Debian: apt install prometheus)");
    promtool("check", "config", "prometheus.yml");
    promtool("test", "rules", TESTS.getFileName().toString());
  }

  private static void promtool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(PROMETHEUS.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  private static List<Path> dashboards() throws IOException {
    try (Stream<Path> files = Files.list(DASHBOARDS)) {
      return files.sorted().toList();
    }
  }

  private static Set<String> found(Pattern pattern, String text, int group) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(group));
    }
    return found;
  }
}
