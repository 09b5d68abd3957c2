package app.goalgpt.standalone;

import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Monitoring;
import app.goalgpt.standalone.platform.MonitoringConfig;
import app.goalgpt.standalone.platform.Part;
import app.goalgpt.standalone.platform.Pipeline;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** One part as a process of its own. */
@Command(
    footer = {
      "",
      "This part alone, in a process of its own; start as many as you like. goalgpt migrate must"
          + " have brought the database up to date; goalgpt settings says what the environment may"
          + " set."
    },
    mixinStandardHelpOptions = true)
final class PartCommand implements Callable<Integer> {
  private final Part part;
  private final Map<String, String> environment;
  private final StopSignal stop;

  private PartCommand(Part part, Map<String, String> environment, StopSignal stop) {
    this.part = part;
    this.environment = environment;
    this.stop = stop;
  }

  static List<CommandLine> all(Map<String, String> environment, StopSignal stop) {
    return Arrays.stream(Part.values())
        .map(part -> named(part, new CommandLine(new PartCommand(part, environment, stop))))
        .toList();
  }

  private static CommandLine named(Part part, CommandLine commandLine) {
    commandLine.getCommandSpec().name(part.toString()).usageMessage().description(part.task());
    return commandLine;
  }

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = Settings.of(environment);
    try (Monitoring monitoring = Monitoring.start(MonitoringConfig.from(settings));
        Pipeline pipeline = Pipeline.start(part, settings, monitoring.registry(), stop::fail)) {
      monitoring.watch(pipeline);
      LoggerFactory.getLogger(PartCommand.class).info("{} at work", pipeline);
      stop.await();
    }
    return ExitStatus.OK;
  }
}
