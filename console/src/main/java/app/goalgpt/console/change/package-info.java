/** What people change, each change with its line of the audit log. */
package app.goalgpt.console.change;
