package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.Cause;
import app.goalgpt.messages.RunProgress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** For what a commit is asked: nothing that was sent is seen before it. */
class OutputsTest {
  private static final Instant NOW = Instant.parse("2026-01-12T12:00:00Z");

  private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
  private final Outputs outputs = new Outputs(context, new SimpleMeterRegistry());

  @BeforeEach
  void setClock() {
    context.setCurrentSystemTimeMs(NOW.toEpochMilli());
  }

  @Test
  void aSettledRewardIsSeenAtOnceThoughNobodyIsPushed() {
    UUID id = UUID.randomUUID();
    outputs.badgeUnlocked(
        new BadgeUnlocked(
            1,
            id,
            id,
            id,
            "slug",
            "{}",
            "1",
            new Cause("t", "1", 1, NOW),
            0,
            0,
            0,
            null,
            0,
            NOW,
            NOW));
    outputs.commitWhenDue(0);
    assertThat(context.committed()).isTrue();
  }

  @Test
  void commitsHaveAGapBetweenThem() {
    outputs.progress(progress(RunProgress.State.DONE));
    outputs.commitWhenDue(0);
    context.resetCommit();

    outputs.progress(progress(RunProgress.State.DONE));
    outputs.commitWhenDue(0);
    assertThat(context.committed()).isFalse();

    long gap = context.scheduledPunctuators().get(0).getInterval().toMillis();
    context.setCurrentSystemTimeMs(NOW.toEpochMilli() + gap);
    context.scheduledPunctuators().get(0).getPunctuator().punctuate(NOW.toEpochMilli() + gap);
    assertThat(context.committed()).isTrue();
    assertThat(gap).isEqualTo(Duration.ofMillis(20).toMillis());
  }

  @Test
  void howFarASweepIsWaitsForTheNextCommit() {
    outputs.progress(progress(RunProgress.State.RUNNING));
    outputs.commitWhenDue(0);
    assertThat(context.committed()).isFalse();
    assertThat(context.scheduledPunctuators()).isEmpty();
  }

  private static RunProgress progress(RunProgress.State state) {
    return new RunProgress(
        UUID.randomUUID(), "campaign", NOW, 0, 1, 1, state, 0, 0, 0, null, NOW, NOW);
  }
}
