package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecentIdsTest {
  private static final Instant NOW = Instant.parse("2026-01-12T12:00:00Z");

  @Test
  void knowsExactlyWhatItWasTold() {
    Random random = new Random(1);
    Set<UUID> told = new HashSet<>();
    RecentIds ids = new RecentIds(Duration.ofDays(2), 1_000_000);
    told.add(new UUID(0, 0));
    told.add(new UUID(0, 1));
    told.add(new UUID(1, 0));
    while (told.size() < 20_000) {
      told.add(new UUID(random.nextLong(), random.nextLong()));
    }
    told.forEach(id -> ids.add(id, NOW.minusSeconds(random.nextInt(100_000))));

    assertThat(told).allMatch(ids::contains);
    for (int i = 0; i < 20_000; i++) {
      assertThat(ids.contains(new UUID(random.nextLong(), random.nextLong()))).isFalse();
    }
    assertThat(ids.size()).isEqualTo(told.size());
  }

  @Test
  void doesNotKnowTheEmptyIdUnlessTold() {
    RecentIds ids = new RecentIds(Duration.ofDays(2), 1_000_000);
    assertThat(ids.contains(new UUID(0, 0))).isFalse();
    ids.add(UUID.randomUUID(), NOW);
    assertThat(ids.contains(new UUID(0, 0))).isFalse();
  }

  @Test
  void forgetsWhatIsOlderThanItsMemory() {
    RecentIds ids = new RecentIds(Duration.ofHours(5), 1_000_000);
    UUID old = UUID.randomUUID();
    UUID recent = UUID.randomUUID();
    ids.add(old, NOW.minus(Duration.ofHours(7)));
    ids.add(recent, NOW.minus(Duration.ofHours(5)));

    ids.forgetOlder(NOW);

    assertThat(ids.contains(old)).isFalse();
    assertThat(ids.contains(recent)).isTrue();
    assertThat(ids.size()).isEqualTo(1);
  }

  @Test
  void forgetsTheOldestWhenThereAreTooMany() {
    RecentIds ids = new RecentIds(Duration.ofDays(2), 8000);
    for (int i = 0; i < 8000; i++) {
      ids.add(new UUID(1, i), NOW.plusSeconds(i));
    }
    assertThat(ids.isCut()).isFalse();
    for (int i = 8000; i < 100_000; i++) {
      ids.add(new UUID(1, i), NOW.plusSeconds(8000).plusMillis(i));
      assertThat(ids.size()).isLessThanOrEqualTo(8000);
    }

    assertThat(ids.isCut()).isTrue();
    for (int i = 100_000 - 6000; i < 100_000; i++) {
      assertThat(ids.contains(new UUID(1, i))).isTrue();
    }
    assertThat(ids.contains(new UUID(1, 0))).isFalse();
    ids.forgetOlder(NOW.plus(Duration.ofDays(4)));
    assertThat(ids.size()).isZero();
  }
}
