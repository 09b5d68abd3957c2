package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetTrackerTest {
  @Test
  void commitsNothingPastWhatIsOpen() {
    OffsetTracker offsets = new OffsetTracker(10);
    assertThat(offsets.committable().offset()).isEqualTo(10);
    offsets.read(10);
    offsets.read(11);
    offsets.read(14);
    assertThat(offsets.committable().offset()).isEqualTo(10);

    offsets.finished(11);
    assertThat(offsets.committable().offset()).isEqualTo(10);
    offsets.finished(10);
    assertThat(offsets.committable().offset()).as("11 to 13 are done or not there").isEqualTo(14);
    offsets.finished(14);
    assertThat(offsets.committable().offset()).isEqualTo(15);
    assertThat(offsets.committable().metadata()).isEmpty();
  }

  @Test
  void aSuccessorReadsWhatIsOpenAndNothingElse() {
    Random random = new Random(7);
    OffsetTracker offsets = new OffsetTracker(100);
    TreeSet<Long> open = new TreeSet<>();
    long next = 100;
    for (int generation = 0; generation < 20; generation++) {
      for (long end = next + 50; next < end; next++) {
        assertThat(offsets.read(next)).isTrue();
        if (random.nextInt(4) == 0) {
          open.add(next);
        } else {
          offsets.finished(next);
        }
      }
      for (long late : open.stream().filter(any -> random.nextInt(3) == 0).toList()) {
        open.remove(late);
        offsets.finished(late);
      }
      OffsetAndMetadata committed = offsets.committable();
      offsets = OffsetTracker.after(committed.offset(), committed);
      assertThat(offsets.committable()).as("before anything is read").isEqualTo(committed);
      TreeSet<Long> again = new TreeSet<>();
      for (long offset = committed.offset(); offset < next; offset++) {
        if (offsets.read(offset)) {
          again.add(offset);
        }
      }
      assertThat(again).isEqualTo(open);
    }
  }

  @Test
  void whatFitsInNoCommitIsReadAgain() {
    OffsetTracker offsets = new OffsetTracker(0);
    for (long offset = 0; offset < 10_000; offset++) {
      offsets.read(offset);
      if (offset % 2 == 1) {
        offsets.finished(offset);
      }
    }
    OffsetAndMetadata committed = offsets.committable();
    assertThat(committed.metadata().length()).isBetween(3_900, 4_000);
    OffsetTracker successor = OffsetTracker.after(0, committed);
    long skipped = 0;
    for (long offset = 0; offset < 10_000; offset++) {
      boolean isNew = successor.read(offset);
      assertThat(isNew || offset % 2 == 1).as("offset %d is lost", offset).isTrue();
      skipped += isNew ? 0 : 1;
    }
    assertThat(skipped).isEqualTo(1000);
  }

  @Test
  void whatTheTopicDoesNotHoldAnyMoreHoldsNothingUp() {
    OffsetTracker offsets = OffsetTracker.after(5, new OffsetAndMetadata(5, "1,4,2,3"));
    assertThat(offsets.committable().offset()).isEqualTo(5);
    assertThat(offsets.read(11)).isTrue();
    assertThat(offsets.committable().offset()).isEqualTo(11);
    offsets.finished(11);
    assertThat(offsets.committable().offset()).isEqualTo(15);
    assertThat(offsets.read(15)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"somebody's note", "1", "1,", "-1,3", "zzzzzzzz,1", "1,2,3"})
  void aNoteThatIsNotOursIsNotHeeded(String note) {
    OffsetTracker offsets = OffsetTracker.after(5, new OffsetAndMetadata(5, note));
    assertThat(offsets.read(5)).isTrue();
    assertThat(offsets.read(6)).isTrue();
  }

  @Test
  void aNoteToAnotherOffsetIsNotHeeded() {
    OffsetTracker offsets = OffsetTracker.after(3, new OffsetAndMetadata(5, "1,4"));
    assertThat(offsets.read(3)).isTrue();
    assertThat(offsets.read(6)).isTrue();
  }
}
