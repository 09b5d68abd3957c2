package app.goalgpt.standalone;

import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Pipeline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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
    try (Pipeline pipeline =
        Pipeline.start(Settings.of(environment), new SimpleMeterRegistry(), stop::fail)) {
      LoggerFactory.getLogger(RunCommand.class).info("{} at work", pipeline);
      stop.await();
    }
    return ExitStatus.OK;
  }
}
