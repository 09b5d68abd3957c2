/**
 * The cleanup jobs (SPEC: dead-token-cleanup, old-logs-cleanup): rows that are old are deleted, or
 * moved to archive tables, a small batch per transaction.
 */
package app.goalgpt.connectors.housekeeping;
