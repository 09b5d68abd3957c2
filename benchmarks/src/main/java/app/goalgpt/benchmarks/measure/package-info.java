/** How it is measured: times from the database's own commit timestamps, CPU from the kernel. */
package app.goalgpt.benchmarks.measure;
