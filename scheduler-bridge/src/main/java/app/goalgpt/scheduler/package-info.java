/**
 * Cron schedules in the business time zone, as ticks on Kafka: any number of instances, one speaks.
 */
package app.goalgpt.scheduler;
