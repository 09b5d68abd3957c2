package app.goalgpt.benchmarks.pipeline;

import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.ConnectorCallback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Debezium engine at work, on a thread of its own. */
final class RunningEngine implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final DebeziumEngine<?> engine;
  private final ExecutorService thread;

  private RunningEngine(DebeziumEngine<?> engine, ExecutorService thread) {
    this.engine = engine;
    this.thread = thread;
  }

  /** Returns when it polls. */
  static RunningEngine start(String name, DebeziumEngine.Builder<?> builder) {
    CompletableFuture<Void> polls = new CompletableFuture<>();
    DebeziumEngine<?> engine =
        builder
            .using(
                new ConnectorCallback() {
                  @Override
                  public void pollingStarted() {
                    polls.complete(null);
                  }
                })
            .using(
                (success, message, error) ->
                    polls.completeExceptionally(new IllegalStateException(message, error)))
            .build();
    ExecutorService thread = Executors.newSingleThreadExecutor(work -> new Thread(work, name));
    thread.execute(engine);
    try {
      polls.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return new RunningEngine(engine, thread);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Debezium started", e);
    } catch (ExecutionException | TimeoutException e) {
      thread.shutdownNow();
      throw new IllegalStateException("Debezium did not start", e);
    }
  }

  @Override
  public void close() {
    try {
      engine.close();
      thread.shutdown();
      if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Debezium did not stop");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Debezium stopped", e);
    }
  }
}
