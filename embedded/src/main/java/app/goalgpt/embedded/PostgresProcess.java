package app.goalgpt.embedded;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the postgres program. It ends with this JVM, however this JVM ends. */
final class PostgresProcess {
  /**
   * The shell outlives this JVM: it waits for an order on its standard input, or for its end, which
   * comes even with kill -9, and then stops Postgres fast. A replication client that does not let
   * go cannot hold that up for longer than five seconds. A temporary folder goes when nobody is
   * left to remove it.
   */
  private static final String GUARD =
      """
      trap '' INT HUP
      temporary=$1; shift
      "$@" </dev/null & postgres=$!
      exec >/dev/null 2>&1
      read -r order; told=$?
      kill -INT $postgres
      ( trap 'kill $patience' TERM; sleep 5 & patience=$!; wait $patience && kill -QUIT $postgres ) &
      late=$!
      wait $postgres
      kill $late
      [ $told -eq 0 ] || [ -z "$temporary" ] || rm -rf "$temporary"
      """;

  private static final Duration STOP = Duration.ofSeconds(30);
  private static final int LINES_KEPT = 20;
  private static final Logger log = LoggerFactory.getLogger(PostgresProcess.class);

  private final Process guard;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Deque<String> lastLines = new ArrayDeque<>();
  private volatile boolean stopping;

  /**
   * @param temporary a folder to remove when this JVM ends without stopping Postgres; null for none
   */
  PostgresProcess(PostgresAccount account, Path temporary, List<String> postgres)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "goalgpt-postgres"));
    command.add(temporary == null ? "" : temporary.toString());
    command.addAll(postgres);
    guard =
        new ProcessBuilder(account.command(command))
            .directory(new File("/"))
            .redirectErrorStream(true)
            .start();
    Thread reader = new Thread(this::readLog, "postgres-log-" + guard.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * @throws StartFailure when Postgres ended instead; the message has what it said
   */
  void awaitReady(Duration patience) {
    try {
      ready.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new StartFailure("Postgres did not start: " + lines(), e);
    } catch (TimeoutException e) {
      stop();
      throw new StartFailure("Postgres is not ready after %s: %s".formatted(patience, lines()), e);
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
      throw new StartFailure("interrupted while Postgres started", e);
    }
  }

  /** Stops Postgres fast: open transactions are rolled back, clients disconnected. */
  void stop() {
    stopping = true;
    try (OutputStream orders = guard.getOutputStream()) {
      orders.write("stop\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      log.debug("Postgres's guard is gone already: {}", e.getMessage());
    }
    try {
      ended.get(STOP.toMillis(), TimeUnit.MILLISECONDS);
      guard.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("Postgres has not ended after {}: {}", STOP, lines());
    }
  }

  private void readLog() {
    try (BufferedReader lines = guard.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        heard(line);
      }
    } catch (IOException e) {
      log.debug("Postgres's log ended: {}", e.getMessage());
    }
    if (!stopping && ready.isDone()) {
      log.error("Postgres ended by itself: {}", lines());
    }
    ready.completeExceptionally(new IOException("ended before it was ready"));
    ended.complete(null);
  }

  private void heard(String line) {
    synchronized (lastLines) {
      lastLines.addLast(line);
      if (lastLines.size() > LINES_KEPT) {
        lastLines.removeFirst();
      }
    }
    if (line.startsWith("PANIC:")) {
      log.error("{}", line);
    } else {
      log.debug("{}", line);
    }
    if (line.contains("database system is ready to accept connections")) {
      ready.complete(null);
    }
  }

  private String lines() {
    synchronized (lastLines) {
      return String.join(" | ", lastLines);
    }
  }

  /** Postgres said no. */
  static final class StartFailure extends RuntimeException {
    private StartFailure(String message, Throwable cause) {
      super(message, cause);
    }

    boolean portIsTaken() {
      return getMessage().contains("could not bind");
    }
  }
}
