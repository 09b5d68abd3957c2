package app.goalgpt.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LaneAssignorTest {
  private static final List<String> TOPICS =
      List.of("g.pushes", "g.campaign-pushes", "g.reminders");
  private final LaneAssignor assignor = new LaneAssignor();

  private Map<String, List<TopicPartition>> assign(Map<String, List<TopicPartition>> owned) {
    Map<String, List<PartitionInfo>> cluster = new HashMap<>();
    for (String topic : TOPICS) {
      cluster.put(
          topic,
          IntStream.range(0, 6)
              .mapToObj(p -> new PartitionInfo(topic, p, null, null, null))
              .toList());
    }
    Map<String, Subscription> members = new HashMap<>();
    owned.forEach(
        (member, partitions) -> members.put(member, new Subscription(TOPICS, null, partitions)));
    return assignor.assignPartitions(cluster, members);
  }

  private static Set<Integer> slots(List<TopicPartition> partitions) {
    Map<String, Set<Integer>> byTopic =
        partitions.stream()
            .collect(
                Collectors.groupingBy(
                    TopicPartition::topic,
                    Collectors.mapping(TopicPartition::partition, Collectors.toSet())));
    assertThat(new HashSet<>(byTopic.values())).as("the same of every topic").hasSizeLessThan(2);
    return byTopic.values().stream().findFirst().orElse(Set.of());
  }

  @Test
  void everyMemberHasTheSameNumbersOfEveryTopic() {
    Map<String, List<TopicPartition>> assigned =
        assign(Map.of("a", List.of(), "b", List.of(), "c", List.of(), "d", List.of()));
    assertThat(assigned.values().stream().mapToInt(List::size).sum()).isEqualTo(18);
    assertThat(assigned.values()).allSatisfy(list -> assertThat(slots(list)).isNotEmpty());
  }

  @Test
  void whoJoinsIsGivenSlotsOnceTheirOwnerHasLetThemGo() {
    List<TopicPartition> all = assign(Map.of("a", List.of())).get("a");
    Map<String, List<TopicPartition>> first = assign(Map.of("a", all, "b", List.of()));
    assertThat(slots(first.get("a"))).hasSize(3);
    assertThat(first.get("b")).as("they are a's still").isEmpty();

    Map<String, List<TopicPartition>> second = assign(Map.of("a", first.get("a"), "b", List.of()));
    assertThat(slots(second.get("a"))).isEqualTo(slots(first.get("a")));
    assertThat(slots(second.get("b")))
        .hasSize(3)
        .doesNotContainAnyElementsOf(slots(second.get("a")));
  }
}
