package app.goalgpt.scheduler;

import app.goalgpt.messages.Job;

/**
 * One line of the table of jobs.
 *
 * @param enabled whether its occurrences are sent; those of a job that is off are passed over, and
 *     not made up for when it is on again
 */
record JobSchedule(Job job, Schedule schedule, boolean enabled, MissedTicks missed) {
  JobSchedule switched(boolean on) {
    return new JobSchedule(job, schedule, on, missed);
  }
}
