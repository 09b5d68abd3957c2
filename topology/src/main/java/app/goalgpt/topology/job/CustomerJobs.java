package app.goalgpt.topology.job;

import app.goalgpt.messages.Job;
import java.util.Map;
import java.util.Optional;

/** The jobs that ask every customer (SPEC, "Jobs, on ticks"). A new one is a class and a line. */
public final class CustomerJobs {
  private static final Map<Job, Outreach> JOBS =
      Map.of(
          Job.DAILY_REWARD_REMINDERS, new DailyRewardReminders(),
          Job.STREAK_BREAK_WARNINGS, new StreakBreakWarnings(),
          Job.SUBSCRIPTION_EXPIRY_ALERTS, new SubscriptionExpiryAlerts());

  private CustomerJobs() {}

  /** What the job tells; empty for a job that does not speak to customers one by one. */
  public static Optional<Outreach> of(Job job) {
    return Optional.ofNullable(JOBS.get(job));
  }
}
