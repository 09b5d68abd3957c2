/**
 * Job runs: what a run has come to, written once for all who work on it, and the jobs that are
 * worked off in the database.
 */
package app.goalgpt.connectors.run;
