/** What operators see and do: an admin HTTP API, and a page on it. */
package app.goalgpt.console;
