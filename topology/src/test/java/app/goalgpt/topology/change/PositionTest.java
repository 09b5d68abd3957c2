package app.goalgpt.topology.change;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PositionTest {
  private static final Position AT_90 = Position.NONE.at(new Version(90, false, true));

  @Test
  void aNewerStreamedVersionWinsAndAnOlderOrEqualOneDoesNot() {
    assertThat(AT_90.isOlderThan(new Version(91, false, true))).isTrue();
    assertThat(AT_90.isOlderThan(new Version(90, false, true))).isFalse();
    assertThat(AT_90.isOlderThan(new Version(89, false, false))).isFalse();
  }

  @Test
  void aTransactionInFlightDuringTheSnapshotIsNotLostThoughItsLsnIsBelowTheSnapshots() {
    Position read = Position.NONE.at(new Version(100, true, true));

    assertThat(read.isOlderThan(new Version(95, false, true))).isTrue();
  }

  @Test
  void whatWasStreamedBeforeTheSnapshotIsStillOldAfterIt() {
    Position position = AT_90.at(new Version(100, true, true));

    assertThat(position.isOlderThan(new Version(85, false, true))).isFalse();
    assertThat(position.isOlderThan(new Version(100, true, true))).isFalse();
    assertThat(position.isOlderThan(new Version(95, false, true))).isTrue();
  }

  @Test
  void anEarlierSnapshotSaysNothingOverTheStream() {
    assertThat(AT_90.isOlderThan(new Version(80, true, true))).isFalse();
    assertThat(AT_90.isOlderThan(new Version(91, true, true))).isTrue();
  }

  @Test
  void aRowThatMovesBetweenCustomersWithOneLsnStaysWithTheNewOne() {
    Position deleted = Position.NONE.at(new Version(90, false, false));

    assertThat(deleted.isOlderThan(new Version(90, false, true))).isTrue();
    assertThat(AT_90.isOlderThan(new Version(90, false, false))).isFalse();
  }
}
