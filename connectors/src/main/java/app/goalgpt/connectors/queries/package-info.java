/**
 * What people ask the tables: runs, campaigns, a customer's rewards and what they hang on. Reads
 * only, of single rows and short pages, by indexes; whoever calls brings the connection and bounds
 * the time.
 */
package app.goalgpt.connectors.queries;
