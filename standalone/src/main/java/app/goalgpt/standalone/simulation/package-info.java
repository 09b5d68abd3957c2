/**
 * The app, as far as its database can tell: a badge catalogue, customers with a history, and
 * traffic that writes plain SQL as the app's backend would. Everything follows from a seed.
 *
 * <p>This is the one place outside {@code connectors} that speaks SQL to the app's tables: it plays
 * the app, not this system.
 */
package app.goalgpt.standalone.simulation;
