/** Why a customer has, or has not, a badge: told from rows, plain Java. */
package app.goalgpt.console.why;
