package app.goalgpt.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of settings against the code that reads them. */
class SettingsTableTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern READ =
      Pattern.compile(
          "(?:\\.(?:text|integer|flag|duration|required|path|oneOf|matching)\\(|file\\(settings,)\\s*\"([A-Z][A-Z0-9_]*)\"");

  /** Of the script and of the logging, not read through Settings; the renamings are patterns. */
  private static final Set<String> OTHERS =
      Set.of(
          "GOALGPT_LOG_LEVEL",
          "GOALGPT_JAVA_OPTIONS",
          "TABLE_<TABLE>",
          "TABLE_<TABLE>_ARCHIVE",
          "COLUMN_<TABLE>__<COLUMN>",
          "JOB_<JOB>_SCHEDULE",
          "JOB_<JOB>_ENABLED",
          "JOB_<JOB>_ZONE",
          "JOB_<JOB>_MISSED");

  @Test
  void namesEverySettingThatTheCodeReadsAndNoOther() throws IOException {
    Set<String> told =
        SettingsCommand.all().stream()
            .map(SettingsCommand.Setting::name)
            .filter(name -> !OTHERS.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(told).isEqualTo(read());
  }

  @Test
  void theDocumentIsWhatTheCommandPrints() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/SETTINGS.md")))
        .endsWith(SettingsCommand.markdown());
  }

  private static Set<String> read() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String module :
        Set.of(
            "settings",
            "messages",
            "connectors",
            "topology",
            "notifier",
            "scheduler-bridge",
            "console",
            "standalone")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          Matcher matcher = READ.matcher(Files.readString(file));
          while (matcher.find()) {
            names.add(matcher.group(1));
          }
        }
      }
    }
    names.removeAll(Set.of("TABLE_", "COLUMN_"));
    return names;
  }
}
