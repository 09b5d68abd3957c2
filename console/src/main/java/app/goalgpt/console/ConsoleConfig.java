package app.goalgpt.console;

import app.goalgpt.console.http.Operator;
import app.goalgpt.scheduler.SchedulerBridgeConfig;
import app.goalgpt.settings.BusinessTime;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the console is told.
 *
 * @param schedule the jobs, the broker and the tables
 * @param database where it reads, as whom
 * @param databasePatience how long a start waits for a database that does not answer
 * @param zone the business time zone
 * @param address where it listens; loopback unless told otherwise
 * @param port 0 is any that is free
 * @param operators who may use it: without a token there is no console
 * @param streams live streams open at a time
 */
public record ConsoleConfig(
    SchedulerBridgeConfig schedule,
    DatabaseConfig database,
    Duration databasePatience,
    ZoneId zone,
    String address,
    int port,
    List<Operator> operators,
    int streams) {
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{16,256}");
  private static final Pattern NAME = Pattern.compile("[\\p{L}0-9._@-]{1,60}");
  private static final String TOKEN_ALLOWED =
      "16 to 256 visible ASCII characters without spaces, such as those of openssl rand -hex 32";

  public ConsoleConfig {
    operators = List.copyOf(operators);
  }

  /** Whether there is a token: whoever has none gets no console. */
  public static boolean hasToken(Settings settings) {
    return settings.text("CONSOLE_TOKEN").isPresent()
        || settings.text("CONSOLE_TOKEN_FILE").isPresent();
  }

  /**
   * Reads CONSOLE_ADDRESS (127.0.0.1), CONSOLE_PORT (8484), CONSOLE_TOKEN or CONSOLE_TOKEN_FILE,
   * CONSOLE_STREAMS (500), CONSOLE_DATABASE_URL (DATABASE_URL) and what the scheduler bridge reads.
   */
  public static ConsoleConfig from(Settings settings) {
    return new ConsoleConfig(
        SchedulerBridgeConfig.from(settings),
        database(settings),
        DatabaseConfig.patience(settings),
        BusinessTime.zone(settings),
        settings.text("CONSOLE_ADDRESS", "127.0.0.1"),
        settings.integer("CONSOLE_PORT", 8484, 0, 65535),
        operators(settings),
        settings.integer("CONSOLE_STREAMS", 500, 1, 10_000));
  }

  /** A URL of the console's own brings its own user and password. */
  private static DatabaseConfig database(Settings settings) {
    return settings
        .text("CONSOLE_DATABASE_URL")
        .map(
            url ->
                settings.with(
                    Map.of("DATABASE_URL", url, "DATABASE_USER", "", "DATABASE_PASSWORD", "")))
        .map(DatabaseConfig::from)
        .orElseGet(() -> DatabaseConfig.from(settings));
  }

  private static List<Operator> operators(Settings settings) {
    List<Operator> operators = new ArrayList<>();
    settings
        .text("CONSOLE_TOKEN")
        .ifPresent(token -> operators.add(operator("CONSOLE_TOKEN", "operator", token)));
    settings.text("CONSOLE_TOKEN_FILE").ifPresent(file -> operators.addAll(fromFile(file)));
    if (operators.isEmpty()) {
      throw new SettingException(
          "CONSOLE_TOKEN", null, TOKEN_ALLOWED + "; or CONSOLE_TOKEN_FILE, a file with tokens");
    }
    return operators;
  }

  /** A line is a token, or a name and a token. */
  private static List<Operator> fromFile(String file) {
    List<Operator> operators = new ArrayList<>();
    for (String line : lines(file)) {
      String[] parts = line.strip().split("\\s+");
      if (!line.isBlank() && !line.startsWith("#")) {
        String name = parts.length == 1 ? "operator" : parts[0];
        if (parts.length > 2 || !NAME.matcher(name).matches()) {
          throw new SettingException(
              "CONSOLE_TOKEN_FILE",
              file,
              "a file whose lines are a token, or a name, a space and a token");
        }
        operators.add(operator("CONSOLE_TOKEN_FILE", name, parts[parts.length - 1]));
      }
    }
    return operators;
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      throw new SettingException("CONSOLE_TOKEN_FILE", file, "a readable file with tokens");
    }
  }

  private static Operator operator(String setting, String name, String token) {
    if (!TOKEN.matcher(token).matches()) {
      throw new SettingException(setting, "(not shown)", TOKEN_ALLOWED);
    }
    return new Operator(name, token);
  }
}
