package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.Cause;
import app.goalgpt.messages.RunProgress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a task asks for a commit (ARCHITECTURE, "Commits"). */
class OutputsTest {
  private static final Instant NOW = Instant.parse("2026-01-12T12:00:00Z");
  private static final long START = NOW.toEpochMilli();
  private static final UUID ID = new UUID(0, 1);

  private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
  private final Outputs outputs = new Outputs(context, new SimpleMeterRegistry());

  /** What may be committed without distance after a quiet while, is. */
  @BeforeEach
  void threeCommitsAtTheStart() {
    for (int i = 0; i < 3; i++) {
      at(0);
      emit(1, 0);
      assertThat(committed()).isTrue();
    }
  }

  @Test
  void threeAreCommittedAtOnceAfterAQuietWhile() {
    at(50);
    emit(1, 0);
    assertThat(committed()).isTrue();
    at(51);
    emit(4, 0);
    assertThat(committed()).as("the decision's reward is back").isTrue();
    at(52);
    emit(1, 0);
    assertThat(committed()).isTrue();
    at(53);
    emit(1, 0);
    assertThat(committed()).as("the fourth keeps its distance").isFalse();
    alarmAt(72);
    assertThat(committed()).isTrue();
  }

  @Test
  void aBacklogKeepsItsDistanceThoughItWasQuiet() {
    at(50);
    emit(1, 0);
    assertThat(committed()).isTrue();
    at(51);
    emit(1, 100);
    assertThat(committed()).isFalse();
  }

  @Test
  void whoCommitsAllTheTimeIsNotAtLeisure() {
    for (int millis = 20; millis <= 200; millis += 20) {
      at(millis);
      emit(1, 0);
      assertThat(committed()).isTrue();
      at(millis + 1);
      emit(1, 0);
      assertThat(committed()).as("at %d ms", millis + 1).isFalse();
    }
  }

  @Test
  void whatNobodyWaitsForAsksForNone() {
    at(1000);
    emit(0, 0);
    assertThat(committed()).isFalse();
  }

  @Test
  void howFarASweepIsWaitsForTheNextCommit() {
    at(1000);
    outputs.progress(
        new RunProgress(
            ID, "campaign", NOW, 0, 1, 1, RunProgress.State.RUNNING, 0, 0, 0, null, NOW, NOW));
    outputs.commitWhenDue(0);
    assertThat(committed()).isFalse();
    assertThat(context.scheduledPunctuators()).isEmpty();
  }

  @Test
  void aSettledRewardIsSeenAtOnceThoughNobodyIsPushed() {
    at(1000);
    Cause cause = new Cause("t", "1", 1, NOW);
    outputs.badgeUnlocked(
        new BadgeUnlocked(1, ID, ID, ID, "slug", "{}", "1", cause, 0, 0, 0, null, 0, NOW, NOW));
    outputs.commitWhenDue(0);
    assertThat(committed()).isTrue();
  }

  @Test
  void oneThatComesAloneIsCommittedAtOnce() {
    at(20);
    emit(1, 0);
    assertThat(committed()).isTrue();
  }

  @Test
  void oneThatComesSoonAfterACommitIsCommittedTwentyMillisecondsAfterIt() {
    at(5);
    emit(1, 0);
    assertThat(committed()).isFalse();
    alarmAt(19);
    assertThat(committed()).isFalse();
    alarmAt(20);
    assertThat(committed()).isTrue();
    assertThat(context.scheduledPunctuators()).allMatch(alarm -> alarm.cancelled());
  }

  @Test
  void aBacklogIsReadInLargerTransactions() {
    at(200);
    emit(1, 1000);
    alarmAt(249);
    assertThat(committed()).isFalse();
    alarmAt(250);
    assertThat(committed()).isTrue();
    at(700);
    emit(1, 1_000_000);
    alarmAt(749);
    assertThat(committed()).isFalse();
    alarmAt(750);
    assertThat(committed()).as("half a second is the most").isTrue();
  }

  private void at(long millis) {
    context.setCurrentSystemTimeMs(START + millis);
  }

  private void alarmAt(long millis) {
    at(millis);
    context.scheduledPunctuators().stream()
        .filter(alarm -> !alarm.cancelled())
        .forEach(alarm -> alarm.getPunctuator().punctuate(START + millis));
  }

  /** One record in, so many out that somebody waits for. */
  private void emit(int awaited, long lag) {
    for (int i = 0; i < awaited; i++) {
      outputs.fact(ID, new CustomerFact.ReferrerReturned(ID, null));
    }
    outputs.commitWhenDue(lag);
  }

  private boolean committed() {
    boolean committed = context.committed();
    context.resetCommit();
    return committed;
  }
}
