package app.goalgpt.scheduler;

import app.goalgpt.messages.Job;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;

/** What people watch. */
final class SchedulerMeters {

  private static final String SENT = "goalgpt.scheduler.ticks.sent";
  private final MeterRegistry registry;
  private final Counter troubles;
  private final AtomicBoolean speaking = new AtomicBoolean();
  private volatile Set<Job> on = Set.of();
  private final Map<Job, Instant> passedOff = new ConcurrentHashMap<>();
  private final Map<Job, Instant> lastSent = new ConcurrentHashMap<>();

  SchedulerMeters(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("goalgpt.scheduler.speaking", () -> speaking.get() ? 1 : 0)
        .description("1 on the instance that sends the ticks; their sum should be 1")
        .strongReference(true)
        .register(registry);
    this.troubles = registry.counter("goalgpt.scheduler.kafka.trouble");
    for (Job job : Job.values()) {
      TimeGauge.builder(
              "goalgpt.scheduler.ticks.last.planned",
              lastSent,
              TimeUnit.SECONDS,
              sent -> sent.containsKey(job) ? sent.get(job).getEpochSecond() : Double.NaN)
          .description("for which instant the last tick was, since 1970")
          .tag(Job.TAG, job.specName())
          .register(registry);
      registry.counter(SENT, Job.TAG, job.specName());
      for (Agenda.Reason reason : Agenda.Reason.values()) {
        passedOverCounter(job, reason);
      }
    }
  }

  /** A client's own metrics, for as long as it lives. */
  KafkaClientMetrics watch(Consumer<?, ?> consumer) {
    KafkaClientMetrics watch = new KafkaClientMetrics(consumer);
    watch.bindTo(registry);
    return watch;
  }

  /**
   * Says of each job that is on when it was last due, on the instance that speaks: the others do
   * not hear what is switched.
   */
  void schedules(List<JobSchedule> table, Clock clock) {
    Instant begin = clock.instant();
    for (JobSchedule line : table) {
      TimeGauge.builder(
              "goalgpt.scheduler.due", line, TimeUnit.SECONDS, due -> due(due, begin, clock))
          .description("When the job was last due by its schedule, since 1970; NaN for not yet")
          .tag(Job.TAG, line.job().specName())
          .strongReference(true)
          .register(registry);
    }
  }

  /** What is on by now. */
  void obeyed(List<JobSchedule> table) {
    on =
        table.stream()
            .filter(JobSchedule::enabled)
            .map(JobSchedule::job)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** What was due before anybody knew of the job is nobody's business. */
  private double due(JobSchedule line, Instant begin, Clock clock) {
    if (!speaking.get() || !on.contains(line.job())) {
      return Double.NaN;
    }
    Instant sent = lastSent.get(line.job());
    Instant after = sent != null && sent.isBefore(begin) ? sent : begin;
    Instant passed = passedOff.getOrDefault(line.job(), Instant.MIN);
    return line.schedule()
        .newest(passed.isAfter(after) ? passed : after, clock.instant())
        .map(due -> (double) due.getEpochSecond())
        .orElse(sent == null || passed.isAfter(sent) ? Double.NaN : sent.getEpochSecond());
  }

  /** What the one who spoke before has sent, or passed over. */
  void remembered(Job job, TickMemory memory) {
    if (memory.lastSent() != null) {
      lastSent.putIfAbsent(job, memory.lastSent());
    }
    if (!memory.through().equals(memory.lastSent())) {
      passedOff.put(job, memory.through());
    }
  }

  void speaking(boolean now) {
    speaking.set(now);
  }

  /**
   * @param delay of business time, from planned to sent
   */
  void sent(Job job, Instant plannedAt, Duration delay) {
    registry.counter(SENT, Job.TAG, job.specName()).increment();
    registry.timer("goalgpt.scheduler.ticks.delay", Job.TAG, job.specName()).record(delay);
    lastSent.put(job, plannedAt);
  }

  /**
   * @param newest the last occurrence that no tick is sent for
   */
  void passedOver(Job job, Instant newest, Agenda.Reason reason) {
    if (reason == Agenda.Reason.OFF) {
      passedOff.put(job, newest);
    }
    passedOverCounter(job, reason).increment();
  }

  private Counter passedOverCounter(Job job, Agenda.Reason reason) {
    return registry.counter(
        "goalgpt.scheduler.ticks.passed.over",
        Job.TAG,
        job.specName(),
        "reason",
        reason.name().toLowerCase(Locale.ROOT));
  }

  void trouble() {
    troubles.increment();
  }
}
