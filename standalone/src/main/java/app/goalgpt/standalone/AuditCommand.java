package app.goalgpt.standalone;

import app.goalgpt.connectors.audit.Audit;
import app.goalgpt.connectors.audit.AuditConfig;
import app.goalgpt.connectors.audit.AuditReport;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.demo.Terminal;
import app.goalgpt.standalone.platform.Databases;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "audit",
    description =
        "Asks the database that DATABASE_URL names, in plain SQL, whether rewards are what they"
            + " should be. Changes nothing.",
    footer = {"", "Exit status 1 when something differs."},
    mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  AuditCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws SQLException {
    Settings settings = Settings.of(environment);
    DatabaseConfig database = DatabaseConfig.from(settings);
    AppTables tables = AppTables.from(settings);
    AuditConfig config = AuditConfig.from(settings);
    try (Connection connection = Databases.of(database).getConnection()) {
      AuditReport report = Audit.run(connection, tables, config);
      Terminal.standardOutput(environment).line(report.toString().stripTrailing());
      return report.passed() ? ExitStatus.OK : ExitStatus.DIFFERS;
    }
  }
}
