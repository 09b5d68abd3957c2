/** What the tables say of a campaign and of the customers whom it may be for; read only. */
package app.goalgpt.connectors.audience;
