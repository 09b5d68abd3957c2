/** What is put in: comments, as the app would write them, at a pace or all at once. */
package app.goalgpt.benchmarks.load;
