package app.goalgpt.benchmarks.pipeline;

import java.sql.SQLException;

/** Something that turns comments into rewards. */
public interface Pipeline extends AutoCloseable {
  /** As the tables of the reports call it. */
  String name();

  /** SQL: a row per reward, the {@code cause}'s id (text) and the {@code xid} that wrote it. */
  String rewardsSql();

  /** The replication slot that it reads. */
  String slot();

  /** Rewards settled so far, by a counter in this process: asking costs the database nothing. */
  long settled();

  /** Comments that have been processed for good so far. */
  long passed();

  /** Whether nothing is under way that could still lead to a reward. */
  boolean isIdle();

  /** Changes wait in the database from now on. */
  void stopCapture();

  void startCapture();

  @Override
  void close() throws SQLException;
}
