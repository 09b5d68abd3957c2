package app.goalgpt.benchmarks.measure;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/** How busy this JVM's compilers are: whether it is warm. */
public final class CompilerUse {
  private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();

  private final long since = System.nanoTime();
  private final long compiledMillis = COMPILERS.getTotalCompilationTime();

  private CompilerUse() {}

  public static CompilerUse watch() {
    return new CompilerUse();
  }

  /** How many cores the compilers kept busy since; both kinds of them together. */
  public double cores() {
    double millis = (System.nanoTime() - since) / 1e6;
    return (COMPILERS.getTotalCompilationTime() - compiledMillis) / millis;
  }
}
