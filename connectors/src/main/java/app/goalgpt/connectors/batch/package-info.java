/**
 * Records worked off in batches: nothing lost, nothing held up by one that is bad or by a database
 * that is away.
 */
package app.goalgpt.connectors.batch;
