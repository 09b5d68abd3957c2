package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OffsetTrackerTest {
  @Test
  void commitsNothingPastWhatIsOpen() {
    OffsetTracker offsets = new OffsetTracker(10);
    assertThat(offsets.committable()).isEqualTo(10);
    offsets.read(10);
    offsets.read(11);
    offsets.read(14);
    assertThat(offsets.committable()).isEqualTo(10);

    offsets.finished(11);
    assertThat(offsets.committable()).isEqualTo(10);
    offsets.finished(10);
    assertThat(offsets.committable()).as("11 to 13 are done or not there").isEqualTo(14);
    offsets.finished(14);
    assertThat(offsets.committable()).isEqualTo(15);
  }
}
