package app.goalgpt.connectors.capture;

import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.ConnectorCallback;
import java.io.IOException;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of Debezium's engine, on its own thread, from start to its end or failure. */
final class EngineRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineRun.class);
  private static final long LONGEST_STOP_SECONDS = 40;

  private final DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine;
  private final CountDownLatch pollingOrEnded = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  EngineRun(Properties properties, ChangePublisher publisher, Runnable onPolling) {
    engine =
        DebeziumEngine.create(Connect.class)
            .using(properties)
            .notifying(publisher)
            .using(
                new ConnectorCallback() {
                  @Override
                  public void pollingStarted() {
                    pollingOrEnded.countDown();
                    onPolling.run();
                  }
                })
            .using((success, message, error) -> end(error))
            .build();
    new Thread(this::run, "capture-engine").start();
  }

  private void run() {
    try {
      engine.run();
      end(null);
    } catch (RuntimeException e) {
      end(e);
    }
  }

  private void end(Throwable error) {
    if (error == null) {
      ended.complete(null);
    } else {
      ended.completeExceptionally(error);
    }
    pollingOrEnded.countDown();
    stopped.countDown();
  }

  /**
   * Returns when the engine has ended without an error, or {@code other} is complete.
   *
   * @throws ExecutionException when the engine has failed
   */
  void awaitEndOr(CompletableFuture<?> other) throws InterruptedException, ExecutionException {
    CompletableFuture.anyOf(ended, other).get();
  }

  /**
   * Stops the engine; the slot is confirmed up to what was acknowledged. An interrupt does not cut
   * it short: an engine left behind would hold the slot.
   */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    // Debezium refuses to be stopped while it starts.
    interrupted |= awaitUninterruptibly(pollingOrEnded);
    // On a thread of its own: an interrupt of this one must not reach Debezium's last confirmation.
    new Thread(this::stop, "capture-engine-stop").start();
    interrupted |= awaitUninterruptibly(stopped);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    try {
      engine.close();
    } catch (IllegalStateException e) {
      LOG.debug("the engine is stopping by itself: {}", e.getMessage());
    } catch (IOException e) {
      LOG.warn("Debezium did not stop cleanly: {}", e.getMessage());
    }
  }

  /** Returns whether the thread was interrupted meanwhile. */
  private static boolean awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        if (!latch.await(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
          LOG.warn("Debezium takes more than {} s to start or stop", LONGEST_STOP_SECONDS);
        }
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
