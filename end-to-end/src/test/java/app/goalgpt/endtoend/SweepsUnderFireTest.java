package app.goalgpt.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.messages.Job;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.RewardId;
import app.goalgpt.messages.RunProgress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Of one, two or three topologies one is killed with kill -9 in the middle of a job's sweep, of a
 * campaign's sweep, and while a campaign waits for its deliveries. Whoever plain SQL selects gets
 * exactly one push record, the run is closed once, and what it says of itself is true.
 *
 * <p>{@code -Dfire.rounds=10} for the long form ({@code -Dfire.instances=2} for a part of it),
 * {@code -Dfire.seed=…} for the moments of an earlier run. As shipped, but for the time between
 * commits: a sweep is to be many transactions.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SweepsUnderFireTest {
  private static final int CUSTOMERS = 9_000;
  private static final int MOST = 3;
  private static final Map<String, String> SETTINGS = Map.of("TOPOLOGY_COMMIT_INTERVAL", "20ms");
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration LOOK = Duration.ofMillis(1);
  private static final Random RANDOM = new Random(Long.getLong("fire.seed", System.nanoTime()));

  /** A kill is aimed at a moment in the first part; it takes a while to strike. */
  private static final double AIM = 0.6;

  /** What is under way when a topology is killed. */
  private enum Phase {
    SWEEP {
      @Override
      int done(RunWatch watch, Collection<Integer> shares) {
        return watch.pushes(shares);
      }

      @Override
      boolean isOpen(RunProgress report) {
        return report.state() == RunProgress.State.RUNNING;
      }
    },
    DELIVERIES {
      @Override
      int done(RunWatch watch, Collection<Integer> shares) {
        return watch.deliveries(shares);
      }

      @Override
      boolean isOpen(RunProgress report) {
        return report.state() != RunProgress.State.DONE;
      }
    };

    /** How many of the shares' customers are done with. */
    abstract int done(RunWatch watch, Collection<Integer> shares);

    abstract boolean isOpen(RunProgress report);
  }

  private static Deployment deployment;
  private static SweptCustomers customers;
  private static LocalDate today = LocalDate.of(2027, 1, 1);
  private static int kills;
  private static Instant killedAt;
  private static int tooLate;

  /** So many instances, for the so manieth time. */
  record Round(int instances, int number) {
    @Override
    public String toString() {
      return "%d instances, round %d".formatted(instances, number);
    }
  }

  static List<Round> rounds() {
    return longRounds().isEmpty() ? List.of(new Round(2, 1)) : longRounds();
  }

  static List<Round> longRounds() {
    int rounds = Integer.getInteger("fire.rounds", 0);
    Integer only = Integer.getInteger("fire.instances");
    return IntStream.rangeClosed(1, MOST)
        .filter(instances -> only == null || only == instances)
        .boxed()
        .flatMap(
            instances -> IntStream.rangeClosed(1, rounds).mapToObj(n -> new Round(instances, n)))
        .toList();
  }

  @BeforeAll
  static void deploy() {
    deployment = new Deployment("sweeps", true);
    deployment.execute(Catalogue.SQL);
    customers = new SweptCustomers(deployment);
    customers.signUp(CUSTOMERS);
    deployment.topics().ensure();
    deployment.start("topology-1", SETTINGS);
    deployment.startAll("capture", "ledger", "notifier");
  }

  @AfterAll
  static void end() {
    deployment.close();
  }

  @ParameterizedTest
  @MethodSource("rounds")
  @Order(1)
  void in_the_middle_of_a_sweep(Round round) {
    strike(round, this::reminders);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  @Order(2)
  void in_the_middle_of_a_campaign(Round round) {
    strike(round, now -> campaign(now, Phase.SWEEP));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("longRounds")
  @Order(3)
  void while_a_campaign_waits_for_its_deliveries(Round round) {
    strike(round, now -> campaign(now, Phase.DELIVERIES));
  }

  @Test
  @Order(4)
  void and_all_that_is_guaranteed_holds() {
    Guarantees.check(deployment);
  }

  /** A kill that comes too late proves nothing: it is repeated, and must be rare. */
  private static void strike(Round round, Predicate<Round> strike) {
    for (int n = 1; n <= MOST; n++) {
      String name = "topology-" + n;
      if (n > round.instances() && deployment.runs(name)) {
        deployment.stop(name);
      } else if (n <= round.instances() && !deployment.runs(name)) {
        deployment.start(name, SETTINGS);
      }
    }
    while (!strike.test(round)) {
      tooLate++;
      assertThat(tooLate)
          .as("kills too late by the %s, of %d", round, kills)
          .isLessThan(4 + kills / 5);
    }
  }

  /**
   * A sweep for daily-reward-reminders.
   *
   * @return whether the kill struck its middle
   */
  private boolean reminders(Round round) {
    today = today.plusDays(1);
    customers.uninstall();
    customers.claim(today);
    deployment.drain();
    Set<UUID> selected = customers.toBeReminded(today);
    Instant at = today.atTime(20, 0).toInstant(ZoneOffset.UTC);
    UUID run = RewardId.run(Job.DAILY_REWARD_REMINDERS.specName(), at);
    try (RunWatch watch = new RunWatch(deployment, run)) {
      String victim = victim(round);
      deployment.tick(Job.DAILY_REWARD_REMINDERS, at);
      boolean middle = kill(victim, Phase.SWEEP, watch, selected);
      customers.comment();
      replace(victim, round);
      ended(run, Job.DAILY_REWARD_REMINDERS.specName(), selected.size());
      eachGotOne(watch, selected);
      return middle;
    }
  }

  private boolean campaign(Round round, Phase phase) {
    today = today.plusDays(1);
    customers.uninstall();
    UUID campaign = customers.schedule(today);
    deployment.drain();
    Set<UUID> selected = customers.free();
    Set<UUID> answering = customers.freeAndAnswering();
    Instant at = today.atTime(12, 0).toInstant(ZoneOffset.UTC);
    try (RunWatch watch = new RunWatch(deployment, campaign)) {
      String victim = victim(round);
      deployment.tick(Job.SCHEDULED_NOTIFICATIONS, at);
      boolean middle = kill(victim, phase, watch, selected);
      customers.comment();
      replace(victim, round);
      ended(campaign, RunProgress.CAMPAIGN, selected.size());
      isLogged(
          RewardId.run(Job.SCHEDULED_NOTIFICATIONS.specName(), at),
          Job.SCHEDULED_NOTIFICATIONS.specName(),
          1);
      eachGotOne(watch, selected);
      countsAreTrue(campaign, watch, selected, answering);
      return middle;
    }
  }

  private static String victim(Round round) {
    deployment.awaitJoined("topology", round.instances());
    List<String> working =
        IntStream.rangeClosed(1, round.instances())
            .mapToObj(n -> "topology-" + n)
            .filter(name -> !deployment.sharesOf(name).isEmpty())
            .toList();
    assertThat(working).as("instances that have a share").isNotEmpty();
    return working.get(RANDOM.nextInt(working.size()));
  }

  /**
   * Kills when a random number of the victim's customers is done with.
   *
   * @return whether at that moment one of its shares had begun and not ended
   */
  private static boolean kill(String victim, Phase phase, RunWatch watch, Set<UUID> selected) {
    Set<Integer> shares = deployment.sharesOf(victim);
    Map<Integer, Long> due = byShare(selected);
    long all = shares.stream().mapToLong(share -> due.getOrDefault(share, 0L)).sum();
    int aim = 1 + RANDOM.nextInt((int) (all * AIM));
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(LOOK)
        .pollInSameThread()
        .until(() -> phase.done(watch.poll(), shares) >= aim);
    deployment.kill(victim);
    kills++;
    killedAt = Instant.now();
    watch.catchUp(); // nobody has taken its shares over yet
    List<Integer> open =
        shares.stream()
            .filter(share -> phase.done(watch, Set.of(share)) > 0)
            .filter(share -> phase.done(watch, Set.of(share)) < due.getOrDefault(share, 0L))
            .filter(share -> watch.report(share) == null || phase.isOpen(watch.report(share)))
            .toList();
    System.out.printf(
        "%s killed at %d of %d (aim %d); of its shares %s these were in the middle: %s%n",
        victim, phase.done(watch, shares), all, aim, shares, open);
    return !open.isEmpty();
  }

  private static Map<Integer, Long> byShare(Set<UUID> customers) {
    int partitions = deployment.topics().partitions();
    return customers.stream()
        .collect(
            Collectors.groupingBy(
                id ->
                    BuiltInPartitioner.partitionForKey(
                        id.toString().getBytes(StandardCharsets.UTF_8), partitions),
                Collectors.counting()));
  }

  /** At once, or when the others have taken over. */
  private static void replace(String victim, Round round) {
    if (round.instances() > 1 && RANDOM.nextBoolean()) {
      deployment.awaitJoined("topology", round.instances() - 1);
    }
    deployment.start(victim, SETTINGS);
  }

  /** The run has one row in the log, which says that all went well. */
  private static void ended(UUID run, String job, int items) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              assertThat(deployment.givenUp()).isEmpty();
              isLogged(run, job, items);
            });
    System.out.printf(
        "%s: %d told, all closed %d ms after the kill%n",
        job, items, Duration.between(killedAt, Instant.now()).toMillis());
    deployment.drain();
    isLogged(run, job, items);
  }

  private static void isLogged(UUID run, String job, int items) {
    assertThat(
            deployment.column(
                "SELECT concat_ws('|', job_name, status, items_processed, completed_at IS NOT NULL, error_message)"
                    + " FROM job_execution_logs WHERE id = '%s'".formatted(run)))
        .as("the log of %s", run)
        .containsExactly("%s|success|%d|t".formatted(job, items));
  }

  private static void eachGotOne(RunWatch watch, Set<UUID> selected) {
    Set<UUID> missing = new HashSet<>(selected);
    List<UUID> foreign = new ArrayList<>();
    for (Push push : watch.catchUp().pushes()) {
      if (!missing.remove(push.customerId())) {
        foreign.add(push.customerId());
      }
    }
    assertThat(Guarantees.sample(missing)).as("selected, and got no push").isEmpty();
    assertThat(Guarantees.sample(new HashSet<>(foreign)))
        .as("not selected, or got a second push")
        .isEmpty();
  }

  /** What the campaign's row says is what SQL selects and what FCM took. */
  private static void countsAreTrue(
      UUID campaign, RunWatch watch, Set<UUID> selected, Set<UUID> answering) {
    assertThat(
            deployment.one(
                "SELECT concat_ws(' ', status, recipient_count, success_count, failure_count)"
                    + " FROM scheduled_notifications WHERE id = '%s'".formatted(campaign)))
        .isEqualTo(
            "sent %d %d %d"
                .formatted(selected.size(), answering.size(), selected.size() - answering.size()));
    Set<String> ids =
        watch.pushes().stream().map(push -> push.id().toString()).collect(Collectors.toSet());
    List<String> accepted =
        deployment.outside().pushes().stream()
            .filter(line -> ids.contains(line.split(" ")[0]))
            .toList();
    assertThat(accepted).as("messages that FCM took").doesNotHaveDuplicates();
    assertThat(accepted.stream().map(line -> line.split(" ")[0]).distinct().count())
        .as("customers of whom FCM took a message")
        .isEqualTo(answering.size());
  }
}
