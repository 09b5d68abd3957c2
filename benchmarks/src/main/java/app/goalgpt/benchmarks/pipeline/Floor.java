package app.goalgpt.benchmarks.pipeline;

import app.goalgpt.connectors.capture.CaptureConfig;
import app.goalgpt.settings.KafkaConfig;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The bare pipeline of MEASURED, built from the same parts as the system and with the same numbers,
 * without any of its work: Debezium → producer → topic → Kafka Streams (exactly_once_v2, one
 * RocksDB counter, everything passed through) → read_committed consumer → one {@code INSERT … ON
 * CONFLICT DO NOTHING} per event.
 */
public final class Floor implements Pipeline {
  static final String PUBLICATION = "floor";
  static final String REWARDS = CaptureSettings.PREFIX + ".rewards";
  private static final String SLOT = "floor";

  private final CaptureConfig config;
  private final FloorStream stream;
  private final FloorWriter writer;
  private FloorCapture capture;

  private Floor(Stage stage) {
    config = CaptureConfig.from(stage.settings());
    createTopics(config.kafka());
    stream = new FloorStream(config.kafka(), stage.folder().resolve("floor"));
    writer = new FloorWriter(config.kafka(), stage.postgres());
    startCapture();
  }

  /** Starts it; rows that are there already are not read. */
  public static Floor start(Stage stage) throws SQLException {
    stage.execute(
        """
        CREATE TABLE floor_reward (comment_id uuid PRIMARY KEY);
        CREATE PUBLICATION %s FOR TABLE match_comments;
        """
            .formatted(PUBLICATION));
    stage.execute("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(SLOT));
    return new Floor(stage);
  }

  private static void createTopics(KafkaConfig kafka) {
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(
                      CaptureSettings.CHANGES, kafka.partitions(), kafka.replicationFactor()),
                  new NewTopic(REWARDS, kafka.partitions(), kafka.replicationFactor())))
          .all()
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot create the floor's topics", e);
    }
  }

  @Override
  public String name() {
    return "floor";
  }

  @Override
  public String rewardsSql() {
    return "SELECT comment_id::text AS cause, xmin AS xid FROM floor_reward";
  }

  @Override
  public String slot() {
    return SLOT;
  }

  @Override
  public long settled() {
    return writer.inserted();
  }

  @Override
  public void stopCapture() {
    capture.close();
    capture = null;
  }

  @Override
  public void startCapture() {
    capture = new FloorCapture(config, SLOT);
  }

  /** One reward per comment, and the reward comes last. */
  @Override
  public long passed() {
    return settled();
  }

  @Override
  public boolean isIdle() {
    return true;
  }

  @Override
  public void close() {
    if (capture != null) {
      capture.close();
    }
    stream.close();
    writer.close();
  }
}
