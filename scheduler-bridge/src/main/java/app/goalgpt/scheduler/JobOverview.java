package app.goalgpt.scheduler;

import app.goalgpt.messages.Job;
import app.goalgpt.messages.JobSwitch;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * A line of the table of jobs, and where the bridge is with it.
 *
 * @param schedule the cron expression
 * @param enabled whether its ticks are sent
 * @param switched by whom it was switched on or off; null where the setting holds
 * @param missed what becomes of missed ticks, as the setting says it
 * @param lastPlanned for which instant the last tick was sent; null when none was
 * @param due the first occurrence that is not dealt with; of a job that the bridge has not begun,
 *     the next one
 * @param overdue whether it should have been dealt with: no bridge is running, or it is at it
 */
public record JobOverview(
    Job job,
    String schedule,
    ZoneId zone,
    boolean enabled,
    JobSwitch switched,
    String missed,
    Instant lastPlanned,
    Instant due,
    boolean overdue) {

  /**
   * By the bridge's memory; where no bridge has ever run, by the schedules alone.
   *
   * @throws org.apache.kafka.common.KafkaException when the broker does not answer
   */
  public static List<JobOverview> all(SchedulerBridgeConfig config, Instant now) {
    return TickMemories.exist(config)
        ? all(config, TickMemories.read(config), JobSwitches.read(config), now)
        : planned(config, now);
  }

  /** By the schedules alone. */
  public static List<JobOverview> planned(SchedulerBridgeConfig config, Instant now) {
    return all(config, Map.of(), Map.of(), now);
  }

  /** The instant that a wall clock time is in the zone of a job's schedule. */
  public static Instant resolve(SchedulerBridgeConfig config, Job job, LocalDateTime wallClock) {
    return config.table().stream()
        .filter(line -> line.job() == job)
        .map(line -> line.schedule().resolve(wallClock))
        .findFirst()
        .orElseThrow();
  }

  private static List<JobOverview> all(
      SchedulerBridgeConfig config,
      Map<Job, TickMemory> memories,
      Map<Job, JobSwitch> switches,
      Instant now) {
    return JobSwitches.over(config.table(), switches).stream()
        .map(line -> of(line, memories.get(line.job()), switches.get(line.job()), now))
        .toList();
  }

  private static JobOverview of(
      JobSchedule line, TickMemory memory, JobSwitch switched, Instant now) {
    Instant due = line.schedule().next(memory == null ? now : memory.through());
    return new JobOverview(
        line.job(),
        line.schedule().expression(),
        line.schedule().zone(),
        line.enabled(),
        switched,
        line.missed().toString(),
        memory == null ? null : memory.lastSent(),
        due,
        line.enabled() && !due.isAfter(now));
  }
}
