/** The roles that the parts log in as. */
package app.goalgpt.connectors.roles;
