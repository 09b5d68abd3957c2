/** Where a customer can be reached, asked of the tables by hand. */
package app.goalgpt.connectors.device;
