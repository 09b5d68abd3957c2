package app.goalgpt.standalone;

import app.goalgpt.settings.SettingException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;

/** The command line: {@code goalgpt demo}, {@code goalgpt run}, … */
@Command(
    name = "goalgpt",
    description = "Rewards decided as they happen, settled exactly once.",
    mixinStandardHelpOptions = true,
    version = "goalgpt 0.1.0-SNAPSHOT",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Also: goalgpt bench NAME (what it costs), goalgpt fire [ROUNDS] (that it holds), goalgpt"
          + " health [live] (whether the process at METRICS_ADDRESS is ready, or live).",
      "Exit status: 0 all is well; 1 the audit found a difference; 2 a setting or an argument is"
          + " wrong; 3 the start was refused; 4 a part failed for good."
    })
public final class Goalgpt {
  /** Commands whose output is for people: the parts' information would be in the way. */
  private static final List<String> QUIET =
      List.of("demo", "audit", "migrate", "settings", "jobs", "tick", "campaign", "push");

  private Goalgpt() {}

  public static void main(String[] arguments) {
    // The same numbers on every machine, and faster ones: ARCHITECTURE.md, "One locale".
    Locale.setDefault(Locale.Category.FORMAT, Locale.US);
    if (arguments.length > 0
        && QUIET.contains(arguments[0])
        && System.getenv("GOALGPT_LOG_LEVEL") == null) {
      System.setProperty("GOALGPT_LOG_LEVEL", "WARN");
      System.setProperty("GOALGPT_LIBRARIES_LOG_LEVEL", "ERROR");
    }
    StopSignal stop = new StopSignal();
    stop.listen();
    int status = execute(System.getenv(), System.err, stop, arguments);
    stop.finish(status);
    System.exit(status);
  }

  /** Does what the arguments say and returns the exit status. */
  static int execute(
      Map<String, String> environment, PrintStream err, StopSignal stop, String... arguments) {
    CommandLine commandLine =
        new CommandLine(new Goalgpt())
            .addSubcommand(new DemoCommand(environment, stop))
            .addSubcommand(new RunCommand(environment, stop))
            .addSubcommand(new MigrateCommand(environment))
            .addSubcommand(new AuditCommand(environment))
            .addSubcommand(new JobsCommand(environment))
            .addSubcommand(new TickCommand(environment))
            .addSubcommand(
                new CommandLine(new CampaignCommand())
                    .addSubcommand(new CampaignPreviewCommand(environment, stop)))
            .addSubcommand(new PushCommand(environment))
            .addSubcommand(new SettingsCommand())
            .addSubcommand(new FakeFcmCommand(stop));
    PartCommand.all(environment, stop).forEach(commandLine::addSubcommand);
    commandLine.setExecutionExceptionHandler(refusing(err));
    commandLine.setParameterExceptionHandler(complaining(err));
    if (arguments.length == 0) {
      commandLine.usage(err);
      return ExitStatus.WRONG_SETTING;
    }
    int status = commandLine.execute(arguments);
    if (stop.failure() != null) {
      err.println("goalgpt: " + oneLine(stop.failure()));
      return ExitStatus.FAILED;
    }
    return status;
  }

  private static IExecutionExceptionHandler refusing(PrintStream err) {
    return (failure, commandLine, parsed) -> {
      err.println("goalgpt: " + oneLine(failure));
      LoggerFactory.getLogger(Goalgpt.class).debug("refused", failure);
      return failure instanceof SettingException ? ExitStatus.WRONG_SETTING : ExitStatus.REFUSED;
    };
  }

  private static IParameterExceptionHandler complaining(PrintStream err) {
    return (failure, arguments) -> {
      String command = failure.getCommandLine().getCommandSpec().qualifiedName();
      err.println("goalgpt: %s (%s --help says more)".formatted(oneLine(failure), command));
      return ExitStatus.WRONG_SETTING;
    };
  }

  private static String oneLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
