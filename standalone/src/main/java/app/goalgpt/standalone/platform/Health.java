package app.goalgpt.standalone.platform;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How a process is. Ready: all of its parts do their work now. Live: nothing in it is past help but
 * by a new start; trouble outside (a database, a broker that is away) leaves it live.
 */
final class Health {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final String READY = "ready";
  private static final String LIVE = "live";

  private final Map<String, WorkingPart> parts = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Optional<String>>> asked = new ConcurrentHashMap<>();
  private final Executor executor;
  private volatile boolean started;

  /**
   * @param executor where parts are asked: an answer may be slow
   */
  Health(Executor executor) {
    this.executor = executor;
  }

  /**
   * @param good what was asked for holds
   * @param parts a line about each part
   */
  record Report(boolean good, Map<String, String> parts) {}

  void started(String name, WorkingPart part) {
    parts.put(name, part);
    started = true;
  }

  void stopped(String name) {
    parts.remove(name);
  }

  Report ready() {
    Map<String, String> lines = new LinkedHashMap<>();
    if (parts.isEmpty()) {
      return new Report(false, Map.of("process", started ? "stopping" : "starting"));
    }
    parts.keySet().forEach(this::ask);
    boolean good = true;
    for (String name : parts.keySet()) {
      Optional<String> trouble = answer(name);
      lines.put(name, trouble.orElse(READY));
      good &= trouble.isEmpty();
    }
    return new Report(good, lines);
  }

  /** One question at a time: whoever does not answer is not asked again meanwhile. */
  private void ask(String name) {
    asked.computeIfAbsent(
        name, any -> CompletableFuture.supplyAsync(() -> trouble(parts.get(name)), executor));
  }

  private static Optional<String> trouble(WorkingPart part) {
    return part == null ? Optional.of("stopped") : part.trouble().get();
  }

  private Optional<String> answer(String name) {
    CompletableFuture<Optional<String>> answer = asked.get(name);
    if (answer == null) {
      return Optional.of("stopped");
    }
    try {
      Optional<String> trouble = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      asked.remove(name, answer);
      return trouble;
    } catch (TimeoutException e) {
      return Optional.of("does not answer for %d s".formatted(PATIENCE.toSeconds()));
    } catch (ExecutionException e) {
      asked.remove(name, answer);
      return Optional.of(String.valueOf(e.getCause().getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  Report live() {
    Map<String, String> lines = new LinkedHashMap<>();
    boolean good = true;
    for (Map.Entry<String, WorkingPart> part : parts.entrySet()) {
      Optional<String> stuck = part.getValue().stuck().get();
      lines.put(part.getKey(), stuck.orElse(LIVE));
      good &= stuck.isEmpty();
    }
    long[] deadlocked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
    if (deadlocked != null) {
      lines.put("process", deadlocked.length + " threads wait for each other for ever");
      good = false;
    }
    return new Report(good, lines);
  }
}
