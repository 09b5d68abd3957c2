/** Connections, statements, and what the errors of the database mean. */
package app.goalgpt.connectors.database;
