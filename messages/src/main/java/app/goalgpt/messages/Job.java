package app.goalgpt.messages;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The jobs that ticks start (SPEC, "Jobs, on ticks"). */
public enum Job {
  SCHEDULED_NOTIFICATIONS(Worker.TOPOLOGY),
  DAILY_REWARD_REMINDERS(Worker.TOPOLOGY),
  STREAK_BREAK_WARNINGS(Worker.TOPOLOGY),
  SUBSCRIPTION_EXPIRY_ALERTS(Worker.TOPOLOGY),
  PARTNER_ANALYTICS_ROLLUP(Worker.CONNECTORS),
  DEAD_TOKEN_CLEANUP(Worker.CONNECTORS),
  OLD_LOGS_CLEANUP(Worker.CONNECTORS);

  /** Who works off a job's ticks. */
  public enum Worker {
    /** Every partition's task, on the tick's copy in its partition. */
    TOPOLOGY,
    /** One process, on the copy in partition 0; the other copies are not for it. */
    CONNECTORS
  }

  /** The metrics' tag that says which job; "job" is what Prometheus calls those whom it scrapes. */
  public static final String TAG = "job_name";

  private final Worker worker;

  Job(Worker worker) {
    this.worker = worker;
  }

  public Worker worker() {
    return worker;
  }

  /** As SPEC and job_execution_logs.job_name have it, such as {@code daily-reward-reminders}. */
  public String specName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<Job> named(String specName) {
    return Arrays.stream(values()).filter(job -> job.specName().equals(specName)).findFirst();
  }
}
