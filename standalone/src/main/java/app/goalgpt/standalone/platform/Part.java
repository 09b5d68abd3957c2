package app.goalgpt.standalone.platform;

import app.goalgpt.connectors.Jobs;
import app.goalgpt.connectors.JobsConfig;
import app.goalgpt.connectors.capture.Capture;
import app.goalgpt.connectors.capture.CaptureConfig;
import app.goalgpt.connectors.ledger.Ledger;
import app.goalgpt.connectors.ledger.LedgerConfig;
import app.goalgpt.console.Console;
import app.goalgpt.console.ConsoleConfig;
import app.goalgpt.notifier.Notifier;
import app.goalgpt.notifier.NotifierConfig;
import app.goalgpt.scheduler.SchedulerBridge;
import app.goalgpt.scheduler.SchedulerBridgeConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.topology.RewardsApp;
import app.goalgpt.topology.TopologyConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Locale;
import java.util.function.Consumer;

/** The parts of this system, in the order in which a tick or a change passes them. */
public enum Part {
  SCHEDULER_BRIDGE("Sends each job's ticks, when its schedule says; of many, one speaks.") {
    @Override
    Starter configured(Settings settings) {
      SchedulerBridgeConfig config = SchedulerBridgeConfig.from(settings);
      return (registry, businessClock, onFatal) -> {
        SchedulerBridge part = SchedulerBridge.start(config, registry, businessClock, onFatal);
        return new WorkingPart(part, part::trouble, part::stuck);
      };
    }
  },
  CAPTURE("Postgres's changes onto Kafka: the snapshot first, then every commit.") {
    @Override
    Starter configured(Settings settings) {
      CaptureConfig config = CaptureConfig.from(settings);
      return (registry, businessClock, onFatal) -> {
        Capture part = Capture.start(config, registry, onFatal);
        return new WorkingPart(part, part::trouble, part::stuck);
      };
    }
  },
  TOPOLOGY("The decisions: which change earns which reward, and what is announced.") {
    @Override
    Starter configured(Settings settings) {
      TopologyConfig config = TopologyConfig.from(settings);
      return (registry, businessClock, onFatal) -> {
        RewardsApp part = RewardsApp.start(config, registry, onFatal);
        return new WorkingPart(part, part::trouble, part::stuck);
      };
    }
  },
  LEDGER("Settles each decided reward once, in Postgres; writes job runs, works off its jobs.") {
    @Override
    Starter configured(Settings settings) {
      LedgerConfig config = LedgerConfig.from(settings);
      JobsConfig jobs = JobsConfig.from(settings);
      return (registry, businessClock, onFatal) -> {
        Ledger ledger = Ledger.start(config, registry, onFatal);
        try {
          Jobs beside = Jobs.start(jobs, businessClock, registry, onFatal);
          return new WorkingPart(
              () -> {
                beside.close();
                ledger.close();
              },
              () -> ledger.trouble().or(beside::trouble),
              () -> ledger.stuck().or(beside::stuck));
        } catch (RuntimeException e) {
          ledger.close();
          throw e;
        }
      };
    }
  },
  NOTIFIER("Sends pushes to FCM and reports what became of them.") {
    @Override
    Starter configured(Settings settings) {
      NotifierConfig config = NotifierConfig.from(settings);
      return (registry, businessClock, onFatal) -> {
        Notifier part = Notifier.start(config, registry, onFatal);
        return new WorkingPart(part, part::trouble, part::stuck);
      };
    }
  },
  CONSOLE("The operators' page and HTTP API, for those with a token.") {
    @Override
    boolean isAskedFor(Settings settings) {
      return ConsoleConfig.hasToken(settings);
    }

    @Override
    Starter configured(Settings settings) {
      ConsoleConfig config = ConsoleConfig.from(settings);
      return (registry, businessClock, onFatal) -> {
        Console part = Console.start(config, businessClock, registry, onFatal);
        return new WorkingPart(part, part::trouble, part::stuck);
      };
    }
  };

  private final String task;

  Part(String task) {
    this.task = task;
  }

  /** What it does, in a sentence. */
  public String task() {
    return task;
  }

  /** A part that knows its settings and has not begun. */
  interface Starter {
    /**
     * Returns once the part works.
     *
     * @param businessClock what time it is for schedules
     */
    WorkingPart start(MeterRegistry registry, Clock businessClock, Consumer<Throwable> onFatal);
  }

  /** Whether it starts where all parts do: a console without a token would be everybody's. */
  boolean isAskedFor(Settings settings) {
    return true;
  }

  /**
   * Reads the part's settings.
   *
   * @throws app.goalgpt.settings.SettingException when one of them is wrong
   */
  abstract Starter configured(Settings settings);

  /** What the command line calls it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
