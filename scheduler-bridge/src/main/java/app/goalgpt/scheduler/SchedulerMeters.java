package app.goalgpt.scheduler;

import app.goalgpt.messages.Job;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** What people watch. */
final class SchedulerMeters {
  private static final String JOB = "job";
  private final MeterRegistry registry;
  private final AtomicBoolean speaking = new AtomicBoolean();
  private final Map<Job, Instant> lastSent = new ConcurrentHashMap<>();

  SchedulerMeters(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("goalgpt.scheduler.speaking", () -> speaking.get() ? 1 : 0)
        .description("1 on the instance that sends the ticks; their sum should be 1")
        .strongReference(true)
        .register(registry);
  }

  void speaking(boolean now) {
    speaking.set(now);
  }

  /**
   * @param delay of business time, from planned to sent
   */
  void sent(Job job, Instant plannedAt, Duration delay) {
    registry.counter("goalgpt.scheduler.ticks.sent", JOB, job.specName()).increment();
    registry.timer("goalgpt.scheduler.ticks.delay", JOB, job.specName()).record(delay);
    if (lastSent.put(job, plannedAt) == null) {
      Gauge.builder(
              "goalgpt.scheduler.ticks.last.planned", () -> lastSent.get(job).getEpochSecond())
          .description("for which instant the last tick was, in seconds of the epoch")
          .tag(JOB, job.specName())
          .strongReference(true)
          .register(registry);
    }
  }

  void passedOver(Job job, Agenda.Reason reason) {
    registry
        .counter(
            "goalgpt.scheduler.ticks.passed.over",
            JOB,
            job.specName(),
            "reason",
            reason.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  void trouble() {
    registry.counter("goalgpt.scheduler.kafka.trouble").increment();
  }
}
