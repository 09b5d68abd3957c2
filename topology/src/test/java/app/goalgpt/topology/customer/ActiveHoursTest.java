package app.goalgpt.topology.customer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ActiveHoursTest {
  private static final int ANY = 0xFFFFFF;
  private static final LocalDate DAY = LocalDate.of(2026, 1, 12);

  private record Moment(LocalDate day, int hour) {}

  @Test
  void theHourOfMostDaysThenOfTheNewestDayThenTheEarliest() {
    ActiveHours hours = of(0, 21, 1, 21, 2, 8, 3, 8, 3, 9);
    assertThat(hours.usual(ANY)).hasValue(21); // 21 and 8 on two days each, 21 on the newest
    assertThat(hours.usual(ANY & ~(1 << 21))).hasValue(8);
    assertThat(hours.usual(1 << 9)).hasValue(9);
    assertThat(hours.usual(1 << 10)).isEmpty();
    assertThat(of(0, 9, 0, 7).usual(ANY)).hasValue(7);
    assertThat(ActiveHours.NONE.usual(ANY)).isEmpty();
  }

  @Test
  void whatIsKnownOrOlderThanWhatIsKeptChangesNothing() {
    ActiveHours hours = ActiveHours.NONE;
    for (int back = 0; back < ActiveHours.DAYS; back++) {
      hours = hours.with(DAY.minusDays(back), 23);
    }
    assertThat(hours.bytes()).hasSize(140);
    assertThat(hours.with(DAY, 23)).isSameAs(hours);
    assertThat(hours.with(DAY.minusDays(ActiveHours.DAYS), 7)).isSameAs(hours);
    assertThat(hours.with(LocalDate.of(2150, 1, 1), 7)).isSameAs(hours);
    assertThat(hours.with(LocalDate.of(1969, 12, 31), 7)).isSameAs(hours);
    assertThat(hours.with(DAY.plusDays(1), 0).bytes()).as("the oldest goes").hasSize(140);
    assertThat(ActiveHours.of(hours.bytes())).isEqualTo(hours);
  }

  /** Against a plain map of the newest days. */
  @Test
  void anyOrderAndAnyRepetitionComesToTheSame() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<Moment> moments = new ArrayList<>();
      for (int i = random.nextInt(120); i > 0; i--) {
        moments.add(new Moment(DAY.minusDays(random.nextInt(60)), random.nextInt(24)));
      }
      NavigableMap<LocalDate, Set<Integer>> days = new TreeMap<>();
      for (Moment moment : moments) {
        days.computeIfAbsent(moment.day(), day -> new TreeSet<>()).add(moment.hour());
      }
      while (days.size() > ActiveHours.DAYS) {
        days.pollFirstEntry();
      }
      moments.addAll(moments.subList(0, moments.size() / 3));
      Collections.shuffle(moments, random);

      ActiveHours hours = ActiveHours.NONE;
      for (Moment moment : moments) {
        hours = hours.with(moment.day(), moment.hour());
      }

      assertThat(hours.toString()).as("seed %d", seed).isEqualTo(lines(days));
    }
  }

  private static String lines(NavigableMap<LocalDate, Set<Integer>> days) {
    StringBuilder lines = new StringBuilder();
    days.forEach(
        (day, hours) ->
            lines
                .append(day)
                .append(
                    hours.stream()
                        .map(hour -> " " + hour)
                        .collect(Collectors.joining("", ":", "\n"))));
    return lines.toString();
  }

  /** In pairs: days ago, hour. */
  private static ActiveHours of(int... pairs) {
    ActiveHours hours = ActiveHours.NONE;
    for (int i = 0; i < pairs.length; i += 2) {
      hours = hours.with(DAY.minusDays(pairs[i]), pairs[i + 1]);
    }
    return hours;
  }
}
