package app.goalgpt.standalone;

import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Monitoring;
import app.goalgpt.standalone.platform.MonitoringConfig;
import app.goalgpt.standalone.platform.Pipeline;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

@Command(
    name = "run",
    description =
        "All parts in this process, over the database and the broker that the environment names.",
    footer = {"", "goalgpt settings says what the environment may set."},
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private final StopSignal stop;

  RunCommand(Map<String, String> environment, StopSignal stop) {
    this.environment = environment;
    this.stop = stop;
  }

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = Settings.of(environment);
    try (Monitoring monitoring = Monitoring.start(MonitoringConfig.from(settings));
        Pipeline pipeline = Pipeline.start(settings, monitoring.registry(), stop::fail)) {
      monitoring.watch(pipeline);
      LoggerFactory.getLogger(RunCommand.class).info("{} at work", pipeline);
      stop.await();
    }
    return ExitStatus.OK;
  }
}
