package app.goalgpt.standalone;

import app.goalgpt.connectors.Migrations;
import app.goalgpt.connectors.roles.RolesConfig;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "migrate",
    description =
        "Brings what this system adds to the app's database up to date, and makes the roles that the"
            + " parts may log in as.",
    mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  MigrateCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Settings settings = Settings.of(environment);
    Migrations.migrate(
        DatabaseConfig.from(settings), AppTables.from(settings), RolesConfig.from(settings));
    return ExitStatus.OK;
  }
}
