package app.goalgpt.benchmarks;

import app.goalgpt.benchmarks.load.PacedComments;
import app.goalgpt.benchmarks.measure.CommitTimes;
import app.goalgpt.benchmarks.measure.Latencies;
import app.goalgpt.benchmarks.pipeline.Pipeline;
import app.goalgpt.benchmarks.pipeline.Stage;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * What rewards take, for comparing it with what they take while something else goes on: 10 first
 * comments of fresh customers a second, each earning one badge, from the commit of the comment to
 * the commit of the reward.
 */
final class RewardLatency {
  private static final int RATE = 10;

  private final Stage stage;
  private final Pipeline pipeline;
  private int written;
  private int stretches;

  /**
   * @param stage one that holds {@link #customers} fresh customers
   */
  RewardLatency(Stage stage, Pipeline pipeline) {
    this.stage = stage;
    this.pipeline = pipeline;
  }

  /** How many fresh customers so many seconds need. */
  static int customers(int seconds) {
    return RATE * seconds;
  }

  /** Writes comments for so many seconds, and waits until the last is rewarded. */
  Latencies measure(int seconds) throws SQLException, InterruptedException {
    String match = "stretch-" + stretches++;
    int count = customers(seconds);
    new PacedComments(stage, RATE, count, written, match).write();
    written += count;
    Waiting.untilSettled(pipeline, written);
    try (Connection connection = stage.connect()) {
      Latencies latencies =
          CommitTimes.causeToReward(connection, CommitTimes.comments(match), pipeline.rewardsSql());
      if (latencies.count() != count) {
        throw new IllegalStateException(
            "%d of %d comments were rewarded".formatted(latencies.count(), count));
      }
      return latencies;
    }
  }
}
