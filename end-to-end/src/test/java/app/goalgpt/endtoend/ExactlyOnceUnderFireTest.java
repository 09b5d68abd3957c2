package app.goalgpt.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Parts are killed with kill -9 at random moments while the app writes, the broker and the database
 * are restarted under them; afterwards every {@link Guarantee} holds over the whole history. {@code
 * -Dfire.rounds=20} for the long form, {@code -Dfire.seed=…} for the moments of an earlier run.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExactlyOnceUnderFireTest {
  private static final List<String> PARTS =
      List.of("capture-1", "topology-1", "ledger-1", "notifier-1");
  private static final Random RANDOM = new Random(Long.getLong("fire.seed", System.nanoTime()));

  private static Deployment deployment;

  static List<Integer> rounds() {
    return IntStream.rangeClosed(1, Integer.getInteger("fire.rounds", 1)).boxed().toList();
  }

  @BeforeAll
  static void deploy() {
    deployment = new Deployment("fire", true);
    deployment.execute(Catalogue.SQL);
    deployment.startAll(PARTS.toArray(String[]::new));
  }

  @AfterAll
  static void end() {
    deployment.close();
  }

  @ParameterizedTest
  @MethodSource("rounds")
  @Order(1)
  void each_part_is_killed_and_started_again(int round) {
    underLoad(
        () -> {
          List<String> victims = new ArrayList<>(PARTS);
          Collections.shuffle(victims, RANDOM);
          for (String victim : victims) {
            letTimePass(500, 3000);
            deployment.kill(victim);
            letTimePass(0, 1000);
            deployment.start(victim);
          }
          letTimePass(500, 3000);
        });
    settled("round " + round);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  @Order(2)
  void of_two_topologies_and_two_ledgers_one_is_killed_and_one_joins(int round) {
    underLoad(
        () -> {
          letTimePass(500, 2000);
          deployment.start("topology-2", "ledger-2");
          deployment.awaitMembers("topology", 2);
          deployment.awaitMembers("ledger", 2);
          letTimePass(500, 3000);
          deployment.kill("topology-1", "ledger-1");
          letTimePass(1000, 3000);
          deployment.start("topology-1", "ledger-1");
          deployment.awaitMembers("topology", 2);
          deployment.awaitMembers("ledger", 2);
          letTimePass(500, 3000);
          deployment.kill("topology-2");
          deployment.stop("ledger-2");
        });
    settled("two instances, round " + round);
  }

  @Test
  @Order(3)
  void the_broker_is_restarted() {
    underLoad(
        () -> {
          letTimePass(1000, 3000);
          deployment.outside().restartKafka();
          letTimePass(2000, 4000);
        });
    settled("broker restarted");
  }

  @Test
  @Order(4)
  void the_database_is_restarted_and_away_for_a_while() {
    underLoad(
        () -> {
          letTimePass(1000, 3000);
          deployment.outside().restartPostgres();
          letTimePass(2000, 4000);
          deployment.outside().stopPostgres();
          letTimePass(5000, 8000);
          deployment.outside().startPostgres();
          letTimePass(1000, 3000);
        });
    settled("database restarted and away");
  }

  private static void underLoad(Runnable harm) {
    AppTraffic app = new AppTraffic(deployment.outside(), RANDOM.nextLong(), false);
    try (app) {
      harm.run();
    }
    assertThat(app.transactions()).as("transactions of the app").isPositive();
  }

  private static void settled(String what) {
    deployment.drain();
    Guarantees.check(deployment);
    String rewards = deployment.one("SELECT count(*) FROM reward_ledger");
    System.out.printf(
        "%s: %s rewards settled so far, %d pushes accepted%n",
        what, rewards, deployment.outside().pushes().size());
    assertThat(Integer.parseInt(rewards)).as("rewards settled, or nothing was tested").isPositive();
  }

  private static void letTimePass(int atLeast, int atMost) {
    long millis = atLeast + RANDOM.nextInt(atMost - atLeast + 1);
    try {
      Thread.sleep(Duration.ofMillis(millis).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
