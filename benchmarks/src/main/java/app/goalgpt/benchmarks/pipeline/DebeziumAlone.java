package app.goalgpt.benchmarks.pipeline;

import app.goalgpt.connectors.capture.CaptureConfig;
import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.source.SourceRecord;

/** Debezium with a handler that does nothing: what reading the log costs, before anything else. */
public final class DebeziumAlone implements AutoCloseable {
  public static final String SLOT = "debezium_alone";

  private final AtomicLong events = new AtomicLong();
  private volatile Instant lastEvent;
  private final RunningEngine engine;

  private DebeziumAlone(CaptureConfig ours) {
    engine =
        RunningEngine.start(
            "debezium-alone",
            DebeziumEngine.create(Connect.class)
                .using(CaptureSettings.of(ours, SLOT, Floor.PUBLICATION))
                .notifying(
                    (batch, committer) -> {
                      long comments = batch.stream().filter(DebeziumAlone::isComment).count();
                      committer.markProcessed(batch.get(batch.size() - 1));
                      committer.markBatchFinished();
                      if (comments > 0) {
                        lastEvent = Instant.now();
                        events.addAndGet(comments);
                      }
                    }));
  }

  /** Or else a heartbeat. */
  private static boolean isComment(ChangeEvent<SourceRecord, SourceRecord> event) {
    return CaptureSettings.CHANGES.equals(event.value().topic());
  }

  /** Makes its slot: what is committed from now on waits for it. Needs the floor's publication. */
  public static void prepare(Stage stage) throws SQLException {
    stage.execute("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(SLOT));
  }

  public static DebeziumAlone start(Stage stage) {
    return new DebeziumAlone(CaptureConfig.from(stage.settings()));
  }

  /** Comments seen. */
  public long events() {
    return events.get();
  }

  /** When the last batch was handled. */
  public Instant lastEvent() {
    return lastEvent;
  }

  @Override
  public void close() {
    engine.close();
  }
}
