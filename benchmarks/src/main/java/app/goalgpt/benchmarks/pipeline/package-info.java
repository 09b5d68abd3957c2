/**
 * What is measured: the whole system, the bare floor beneath it, and Debezium alone. Each on a
 * stage of its own, or after the other on the same one.
 */
package app.goalgpt.benchmarks.pipeline;
