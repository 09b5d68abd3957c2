package app.goalgpt.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "settings",
    description = "Prints every setting with its default and its meaning.",
    mixinStandardHelpOptions = true)
final class SettingsCommand implements Callable<Integer> {
  private static final String RESOURCE = "settings.txt";

  @Option(names = "--markdown", description = "As the table of docs/SETTINGS.md.")
  private boolean markdown;

  @Spec private CommandSpec spec;

  /**
   * @param otherwise what holds when it is not set, in words
   */
  record Setting(String name, String otherwise, String meaning) {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (markdown) {
      out.print(markdown());
    } else {
      for (Setting setting : all()) {
        out.printf(
            "%-30s %s%n%-30s %s%n", setting.name(), setting.otherwise(), "", setting.meaning());
      }
    }
    out.flush();
    return ExitStatus.OK;
  }

  static String markdown() {
    StringBuilder table =
        new StringBuilder("| setting | default | meaning |\n| --- | --- | --- |\n");
    for (Setting setting : all()) {
      table.append(
          "| `%s` | %s | %s |\n".formatted(setting.name(), setting.otherwise(), setting.meaning()));
    }
    return table.toString();
  }

  static List<Setting> all() {
    try (InputStream in = SettingsCommand.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(2)
          .map(line -> line.strip().split("\\s+\\|\\s+", 3))
          .map(cells -> new Setting(cells[0], cells[1], cells[2]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }
}
