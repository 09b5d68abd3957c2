package app.goalgpt.benchmarks;

import app.goalgpt.benchmarks.pipeline.Stage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * When a replication slot is taken into use: the moment from which a drain is timed, the same for
 * everybody and without the start of connectors.
 */
final class SlotWatch implements AutoCloseable {
  private static final long LOOK_MILLIS = 5;
  private static final String ACTIVE =
      "SELECT active FROM pg_replication_slots WHERE slot_name = ?";

  private final CompletableFuture<Instant> active = new CompletableFuture<>();
  private final Thread thread;

  private SlotWatch(Stage stage, String slot) {
    thread = new Thread(() -> watch(stage, slot), "slot-watch");
    thread.start();
  }

  static SlotWatch of(Stage stage, String slot) {
    return new SlotWatch(stage, slot);
  }

  private void watch(Stage stage, String slot) {
    try (Connection connection = stage.connect();
        PreparedStatement query = connection.prepareStatement(ACTIVE)) {
      query.setString(1, slot);
      while (!isTrue(query)) {
        Thread.sleep(LOOK_MILLIS);
      }
      active.complete(Instant.now());
    } catch (SQLException | InterruptedException e) {
      active.completeExceptionally(e);
    }
  }

  private static boolean isTrue(PreparedStatement query) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }

  Instant activeSince() throws InterruptedException {
    try {
      return active.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot watch the slot", e.getCause());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
