package app.goalgpt.scheduler;

import app.goalgpt.messages.Job;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be done next, by the table of jobs and how far each was dealt with. Time is whatever
 * it is told: when it runs ahead, occurrences are missed ones; when it goes back, there is nothing
 * to do until it has come to where it was.
 */
record Agenda(List<JobSchedule> table) {
  Agenda {
    table = List.copyOf(table);
  }

  /** The next thing to do. */
  sealed interface Step {}

  /**
   * A tick is due.
   *
   * @param plannedAt its occurrence; with it the job is dealt with up to there
   */
  record Send(Job job, Instant plannedAt) implements Step {}

  /**
   * The job's occurrences up to this one are not to be sent.
   *
   * @param newest the last of them
   * @param reason why not
   */
  record PassOver(Job job, Instant newest, Reason reason) implements Step {}

  /** Nothing is due before that. */
  record Wait(Instant until) implements Step {}

  enum Reason {
    OFF,
    TOO_LATE
  }

  /**
   * The step of the earliest planned instant; of equal ones that of the job which stands first in
   * the table.
   *
   * @param through up to when each job is dealt with; has every job of the table
   */
  Step next(Map<Job, Instant> through, Instant now) {
    Step first = null;
    for (JobSchedule line : table) {
      Step step = next(line, through.get(line.job()), now);
      if (first == null || comesBefore(step, first)) {
        first = step;
      }
    }
    return first;
  }

  private static boolean comesBefore(Step one, Step other) {
    boolean waits = one instanceof Wait;
    return waits == other instanceof Wait ? at(one).isBefore(at(other)) : !waits;
  }

  private static Instant at(Step step) {
    if (step instanceof Send send) {
      return send.plannedAt();
    }
    return step instanceof PassOver pass ? pass.newest() : ((Wait) step).until();
  }

  private static Step next(JobSchedule line, Instant through, Instant now) {
    Schedule schedule = line.schedule();
    Instant first = schedule.next(through);
    if (first.isAfter(now)) {
      return new Wait(first);
    }
    if (!line.enabled()) {
      return new PassOver(line.job(), newest(schedule, through, now), Reason.OFF);
    }
    Instant earliest = line.missed().earliest(now, schedule.zone());
    if (line.missed().every()) {
      return first.isBefore(earliest)
          ? new PassOver(
              line.job(), newest(schedule, through, earliest.minusNanos(1)), Reason.TOO_LATE)
          : new Send(line.job(), first);
    }
    Instant newest = newest(schedule, through, now);
    return newest.isBefore(earliest)
        ? new PassOver(line.job(), newest, Reason.TOO_LATE)
        : new Send(line.job(), newest);
  }

  private static Instant newest(Schedule schedule, Instant after, Instant until) {
    Optional<Instant> newest = schedule.newest(after, until);
    return newest.orElseThrow();
  }
}
