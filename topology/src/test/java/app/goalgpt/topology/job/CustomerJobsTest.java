package app.goalgpt.topology.job;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.Job;
import app.goalgpt.topology.change.Version;
import app.goalgpt.topology.customer.Claim;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Fact;
import app.goalgpt.topology.customer.Level;
import app.goalgpt.topology.customer.Profile;
import app.goalgpt.topology.customer.Standing;
import app.goalgpt.topology.customer.Subscription;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomerJobsTest {
  private static final ZoneId ISTANBUL = ZoneId.of("Europe/Istanbul");

  @ParameterizedTest
  @CsvSource({
    // the last claim, its day, today's planned instant → the day that waits; 0: no reminder
    "2026-01-11, 3, 2026-01-12T17:00:00Z, 4",
    "2026-01-11, 7, 2026-01-12T17:00:00Z, 1",
    "2026-01-10, 3, 2026-01-12T17:00:00Z, 1",
    "2026-01-05, 3, 2026-01-12T17:00:00Z, 1",
    "2026-01-04, 3, 2026-01-12T17:00:00Z, 0",
    "2026-01-12, 3, 2026-01-12T17:00:00Z, 0",
    // 21:00Z is midnight in Istanbul
    "2026-01-12, 3, 2026-01-12T20:59:59Z, 0",
    "2026-01-12, 3, 2026-01-12T21:00:00Z, 4",
    // over a leap day
    "2028-02-28, 6, 2028-02-29T17:00:00Z, 7",
    "2028-02-28, 6, 2028-03-01T17:00:00Z, 1",
    "2028-02-29, 6, 2028-03-01T17:00:00Z, 7",
  })
  void theNextDayOfTheWeek(LocalDate claimed, int day, Instant at, int expected) {
    Customer customer = customer(new Fact.Claimed(UUID.randomUUID(), new Claim(claimed, day)));

    List<Due> due = due(Job.DAILY_REWARD_REMINDERS, customer, at);

    if (expected == 0) {
      assertThat(due).isEmpty();
    } else {
      assertThat(due.get(0).notice().data()).containsEntry("day", Integer.toString(expected));
    }
  }

  @Test
  void theReminderSaysWhatWaits() {
    Customer customer =
        customer(new Fact.Claimed(UUID.randomUUID(), new Claim(LocalDate.of(2026, 1, 11), 6)));

    Due due =
        due(Job.DAILY_REWARD_REMINDERS, customer, Instant.parse("2026-01-12T17:00:00Z")).get(0);

    assertThat(due.notice().title()).isEqualTo("Günlük Ödül");
    assertThat(due.notice().body())
        .isEqualTo("Günlük ödülünü almayı unutma! Bugün 100 kredi seni bekliyor 🎁");
    assertThat(due.notice().data())
        .isEqualTo(Map.of("type", "daily_reward", "day", "7", "credits", "100", "xp", "50"));
    assertThat(due.notice().deepLink()).isEqualTo("goalgpt://daily-rewards");
    assertThat(due.deadline()).isEqualTo(Instant.parse("2026-01-12T21:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    // streak, last activity, planned → hours left; -1: no warning
    "3, 2026-01-11, 2026-01-12T19:00:00Z, 2",
    "2, 2026-01-11, 2026-01-12T19:00:00Z, -1",
    "3, 2026-01-12, 2026-01-12T19:00:00Z, -1",
    "3, 2026-01-10, 2026-01-12T19:00:00Z, -1",
    "3, , 2026-01-12T19:00:00Z, -1",
    "9, 2026-01-11, 2026-01-11T21:00:00Z, 24",
    "9, 2026-01-11, 2026-01-12T20:30:00Z, 0",
    "9, 2028-02-29, 2028-03-01T19:00:00Z, 2",
  })
  void whoseStreakEndsAtMidnight(int streak, LocalDate active, Instant at, long hours) {
    Customer customer = customer(new Fact.Ranked(new Standing(Level.BRONZE, streak, 0, active)));

    List<Due> due = due(Job.STREAK_BREAK_WARNINGS, customer, at);

    if (hours < 0) {
      assertThat(due).isEmpty();
    } else {
      assertThat(due.get(0).notice().body())
          .isEqualTo(
              "%d günlük serini kaybetme! Gece yarısına %d saat kaldı ⏰".formatted(streak, hours));
      assertThat(due.get(0).notice().title()).isEqualTo("Streak Uyarısı 🔥");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, 2026-01-15T21:00:00Z, 2026-01-12T07:00:00Z, 0", // the 16th in Istanbul
    "true, 2026-01-15T20:59:59Z, 2026-01-12T07:00:00Z, 1",
    "true, 2026-01-14T21:00:00Z, 2026-01-12T07:00:00Z, 1",
    "true, 2026-01-14T20:59:59Z, 2026-01-12T07:00:00Z, 0",
    "false, 2026-01-15T12:00:00Z, 2026-01-12T07:00:00Z, 0",
    "true, , 2026-01-12T07:00:00Z, 0",
    "true, 2028-02-29T12:00:00Z, 2028-02-26T07:00:00Z, 1",
    "true, 2028-03-01T12:00:00Z, 2028-02-27T07:00:00Z, 1",
  })
  void subscriptionsThatEndOnTheThirdDay(
      boolean active, Instant expiresAt, Instant at, int alerts) {
    Customer customer =
        customer(new Fact.Subscribed(UUID.randomUUID(), new Subscription(active, expiresAt)));

    assertThat(due(Job.SUBSCRIPTION_EXPIRY_ALERTS, customer, at)).hasSize(alerts);
  }

  @Test
  void oneAlertForEachSubscription() {
    Instant end = Instant.parse("2026-01-15T10:00:00Z");
    Customer customer =
        customer(
            new Fact.Subscribed(UUID.randomUUID(), new Subscription(true, end)),
            new Fact.Subscribed(UUID.randomUUID(), new Subscription(true, end)));

    assertThat(due(Job.SUBSCRIPTION_EXPIRY_ALERTS, customer, Instant.parse("2026-01-12T07:00:00Z")))
        .hasSize(2)
        .extracting(Due::occasion)
        .doesNotHaveDuplicates();
  }

  private static List<Due> due(Job job, Customer customer, Instant at) {
    return CustomerJobs.of(job)
        .orElseThrow()
        .to(UUID.randomUUID(), customer, new BusinessMoment(at, ISTANBUL));
  }

  private static Customer customer(Fact... facts) {
    Version version = new Version(1, false, true);
    Customer customer =
        Customer.UNKNOWN.with(version, new Fact.Profiled(new Profile(false, true, "tr")));
    for (Fact fact : facts) {
      customer = customer.with(version, fact);
    }
    return customer;
  }
}
