package app.goalgpt.scheduler;

import app.goalgpt.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * A bridge as a process of its own, by a business clock that all such processes share; it ends with
 * its standard input. Arguments: when business time was the machine's, and how fast it runs since.
 */
final class BridgeMain {
  private BridgeMain() {}

  public static void main(String[] arguments) throws IOException {
    Instant base = Instant.parse(arguments[0]);
    double speed = Double.parseDouble(arguments[1]);
    Instant now = Instant.now();
    long elapsed = (long) (Duration.between(base, now).toNanos() * speed);
    DrivenClock clock = DrivenClock.from(base.plusNanos(elapsed), speed, Clock.systemUTC());
    SchedulerBridgeConfig config = SchedulerBridgeConfig.from(Settings.of(System.getenv()));
    try (SchedulerBridge bridge =
        SchedulerBridge.start(
            config, new SimpleMeterRegistry(), clock, failure -> System.exit(1))) {
      while (System.in.read() >= 0) {
        // Nobody says anything: the end of the input is what is waited for.
      }
    }
  }
}
