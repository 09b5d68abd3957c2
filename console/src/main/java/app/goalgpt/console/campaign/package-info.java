/** Whom a campaign would reach, asked before it is sent. */
package app.goalgpt.console.campaign;
