package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Delivery.Outcome;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.RewardId;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.RunProgress.State;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Job runs and campaigns in the real topology. Its clock stands at 2026-01-12T12:00:00Z. */
class SweepsTest {
  /** How many are told in a slice. */
  private static final int SLICE = 86;

  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final String EVENING = "2026-01-12T22:00:00Z";
  private static final String YESTERDAY = "2026-01-11";

  private final TopologyRun run = new TopologyRun();

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void aTickTellsThoseWhoAreDueAndReportsItsRun() {
    UUID due = run.reachable();
    run.xp(due, "bronze", 5, 0, YESTERDAY);
    UUID withoutDevice = run.customer();
    run.xp(withoutDevice, "bronze", 5, 0, YESTERDAY);

    run.tick(Job.STREAK_BREAK_WARNINGS, EVENING);
    run.pass(MOMENT);

    Push push = only(run.pushes());
    assertThat(push.customerId()).isEqualTo(due);
    assertThat(push.id()).isEqualTo(RewardId.notice("streak-break-warnings/2026-01-12", due));
    assertThat(push.lane()).isEqualTo(Push.Lane.REMINDER);
    assertThat(push.body()).isEqualTo("5 günlük serini kaybetme! Gece yarısına 2 saat kaldı ⏰");
    assertThat(push.campaignId()).isNull();
    assertThat(push.deadline())
        .as("two hours after the tick, as midnight is two hours after its planned instant")
        .isEqualTo(TopologyRun.START.plus(Duration.ofHours(2)));
    List<RunProgress> reports = run.progress();
    assertThat(reports).extracting(RunProgress::state).containsExactly(State.RUNNING, State.DONE);
    assertThat(reports).extracting(RunProgress::items).containsExactly(0L, 1L);
    assertThat(reports.get(1).sequence()).isGreaterThan(reports.get(0).sequence());
    assertThat(reports.get(1).runId())
        .isEqualTo(RewardId.run("streak-break-warnings", Instant.parse(EVENING)));
  }

  @Test
  void theSameTickTwiceHasNoSecondEffect() {
    run.xp(run.reachable(), "bronze", 5, 0, YESTERDAY);
    run.tick(Job.STREAK_BREAK_WARNINGS, EVENING);
    run.pass(MOMENT);
    assertThat(run.pushes()).hasSize(1);
    run.progress();

    run.tick(Job.STREAK_BREAK_WARNINGS, EVENING);
    run.pass(MOMENT);

    assertThat(run.pushes()).isEmpty();
    assertThat(run.progress()).isEmpty();
  }

  @Test
  void aTickOfLongAgoIsClosedWithoutAPush() {
    run.xp(run.reachable(), "bronze", 5, 0, YESTERDAY);
    Instant sent = TopologyRun.START.minus(Duration.ofHours(7));

    run.tick(new Tick("streak-break-warnings", sent, sent));
    run.pass(MOMENT);

    assertThat(run.pushes()).isEmpty();
    RunProgress report = only(run.progress());
    assertThat(report.state()).isEqualTo(State.DONE);
    assertThat(report.sequence()).as("replaces no report that was made in time").isZero();
    assertThat(report.error()).contains("TICK_LIFETIME");
  }

  @Test
  void whereTheClocksAgreeMidnightIsTheDeadlineHoweverLateTheTick() {
    run.xp(run.reachable(), "bronze", 5, 0, YESTERDAY);

    run.tick(
        new Tick(
            "streak-break-warnings", Instant.parse("2026-01-12T11:00:00Z"), TopologyRun.START));
    run.pass(MOMENT);

    assertThat(only(run.pushes()).deadline()).isEqualTo(Instant.parse("2026-01-13T00:00:00Z"));
  }

  @Test
  void whatStandsOnThePushesTopicIsNotMadeAgainAfterAStateWasLost() {
    UUID told = UUID.randomUUID();
    UUID push = RewardId.notice("streak-break-warnings/2026-01-12", told);
    try (TopologyRun again =
        new TopologyRun(
            partition ->
                new AnnouncementHistory.Tail(Instant.EPOCH, Map.of(push, TopologyRun.START)))) {
      again.user(told, null, null, true);
      again.token(told, "token");
      again.xp(told, "bronze", 5, 0, YESTERDAY);
      UUID notYet = again.reachable();
      again.xp(notYet, "bronze", 5, 0, YESTERDAY);

      again.tick(Job.STREAK_BREAK_WARNINGS, EVENING);
      again.pass(MOMENT);

      assertThat(again.pushes()).extracting(Push::customerId).containsExactly(notYet);
      assertThat(last(again.progress()).items()).as("told by this run").isEqualTo(2);
    }
  }

  @Test
  void ticksThatCannotBeUsedAreSetAside() {
    run.tick(new Tick("no-such-job", Instant.parse(EVENING), TopologyRun.START));
    run.tick(new Tick("streak-break-warnings", null, TopologyRun.START));
    run.record(Topic.TICKS, null, "nonsense".getBytes(StandardCharsets.UTF_8));
    run.tick(new Tick("streak-break-warnings", Instant.MAX, TopologyRun.START));
    run.record(Topic.CAMPAIGNS, null, "{\"campaign\": {}}".getBytes(StandardCharsets.UTF_8));
    run.tick(Job.OLD_LOGS_CLEANUP, EVENING);

    List<DeadLetter> letters = run.deadLetters();
    assertThat(letters)
        .extracting(DeadLetter::step)
        .containsExactly(
            "topology.tick",
            "topology.tick",
            "topology.tick",
            "topology.tick",
            "topology.campaign");
    assertThat(letters.get(0).cause()).contains("no-such-job").contains("streak-break-warnings");
    assertThat(run.progress()).isEmpty();
  }

  @Test
  void sweepsTakeTurnsAndEachCustomerIsToldOnceByEach() {
    Set<UUID> customers = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      UUID customer = run.reachable();
      run.xp(customer, "bronze", 5, 0, YESTERDAY);
      run.claim(customer, YESTERDAY, 7);
      customers.add(customer);
    }
    run.pass(Pace.QUIET);

    run.tick(Job.STREAK_BREAK_WARNINGS, EVENING);
    run.tick(Job.DAILY_REWARD_REMINDERS, "2026-01-12T20:00:00Z");
    run.pass(Duration.ofMillis(1));
    run.pass(Duration.ofMillis(1));

    assertThat(run.pushes())
        .as("a slice of each")
        .extracting(Push::title)
        .contains("Streak Uyarısı 🔥", "Günlük Ödül")
        .hasSize(2 * SLICE);
    run.pass(Duration.ofMillis(1));
    run.pass(Duration.ofMillis(1));
    List<Push> rest = run.pushes();
    assertThat(rest).hasSize(2 * (100 - SLICE));
    assertThat(rest.stream().map(Push::customerId)).allMatch(customers::contains);
    assertThat(run.progress())
        .filteredOn(report -> report.state() == State.DONE)
        .extracting(RunProgress::items)
        .containsExactly(100L, 100L);
  }

  @Test
  void whileChangesComeASweepLeavesPauses() {
    for (int i = 0; i < 3 * SLICE; i++) {
      run.xp(run.reachable(), "bronze", 5, 0, YESTERDAY);
    }
    run.pass(Pace.QUIET);
    run.tick(Job.STREAK_BREAK_WARNINGS, EVENING);
    run.pass(Duration.ofMillis(1));
    assertThat(run.pushes()).hasSize(SLICE);

    run.reachable(); // a change
    run.pass(Duration.ofMillis(1));
    assertThat(run.pushes()).as("in the pause").isEmpty();
    run.reachable();
    run.pass(Pace.BETWEEN_SLICES.minusMillis(1));
    assertThat(run.pushes()).as("after the pause, though changes come").hasSize(SLICE);
  }

  @Test
  void aCampaignIsSentWhenItIsDueAndItsCountsAreThoseOfItsDeliveries() {
    UUID campaign = UUID.randomUUID();
    List<UUID> customers = List.of(run.reachable(), run.reachable(), run.reachable());
    run.campaign(campaign, "pending", "all", null, "2026-01-12T12:05:00Z");

    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:04:00Z");
    run.pass(MOMENT);
    assertThat(run.pushes()).as("not due yet").isEmpty();
    run.progress();

    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:05:00Z");
    run.pass(MOMENT);
    List<Push> pushes = run.pushes();
    assertThat(pushes).extracting(Push::customerId).containsExactlyInAnyOrderElementsOf(customers);
    assertThat(pushes).allMatch(push -> push.campaignId().equals(campaign));
    assertThat(pushes).allMatch(push -> push.lane() == Push.Lane.CAMPAIGN);
    assertThat(pushes).allMatch(push -> push.title().equals("Başlık"));
    List<RunProgress> reports = run.progress();
    assertThat(reports)
        .filteredOn(report -> report.job().equals("scheduled-notifications"))
        .extracting(RunProgress::items)
        .containsExactly(1L);
    assertThat(last(reports).state()).isEqualTo(State.SENT);
    assertThat(last(reports).items()).isEqualTo(3);

    run.campaign(campaign, "sending", "all", null, "2026-01-12T12:05:00Z");
    run.deliver(pushes.get(0), Outcome.ACCEPTED);
    run.deliver(pushes.get(0), Outcome.EXPIRED); // a notifier's second word
    run.deliver(pushes.get(1), Outcome.DEAD_TOKEN);
    run.deliver(pushes.get(2), Outcome.ACCEPTED);

    RunProgress end = last(run.progress());
    assertThat(end.state()).isEqualTo(State.DONE);
    assertThat(end.succeeded()).isEqualTo(2);
    assertThat(end.failed()).isEqualTo(1);
    run.campaign(campaign, "sent", "all", null, "2026-01-12T12:05:00Z");
    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:06:00Z");
    run.pass(MOMENT);
    assertThat(run.pushes()).as("never again").isEmpty();
  }

  @Test
  void aCampaignCancelledBeforeItsTimeIsNotSent() {
    UUID campaign = UUID.randomUUID();
    run.reachable();
    run.campaign(campaign, "pending", "all", null, "2026-01-12T12:05:00Z");
    run.campaign(campaign, "cancelled", "all", null, "2026-01-12T12:05:00Z");

    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:05:00Z");
    run.pass(MOMENT);

    assertThat(run.pushes()).isEmpty();
    assertThat(run.progress()).extracting(RunProgress::job).doesNotContain(RunProgress.CAMPAIGN);
  }

  @Test
  void aCampaignCancelledInTheMiddleStopsWhereItIsAndGoesOnFromThereWhenItIsPendingAgain() {
    UUID campaign = UUID.randomUUID();
    for (int i = 0; i < 100; i++) {
      run.reachable();
    }
    run.campaign(campaign, "pending", "all", null, "2026-01-12T12:00:00Z");
    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:00:00Z");
    run.pass(Duration.ofMillis(1));
    List<Push> first = run.pushes();
    assertThat(first).hasSize(SLICE);

    run.campaign(campaign, "cancelled", "all", null, "2026-01-12T12:00:00Z");
    run.pass(MOMENT);
    assertThat(run.pushes()).isEmpty();
    RunProgress stopped = last(run.progress());
    assertThat(stopped.state()).isEqualTo(State.CANCELLED);
    assertThat(stopped.items()).isEqualTo(SLICE);
    first.forEach(push -> run.deliver(push, Outcome.ACCEPTED));
    RunProgress counted = last(run.progress());
    assertThat(counted.state()).isEqualTo(State.CANCELLED);
    assertThat(counted.succeeded()).as("what was under way counts").isEqualTo(SLICE);

    run.campaign(campaign, "pending", "all", null, "2026-01-12T12:00:00Z");
    run.pass(MOMENT);
    List<Push> rest = run.pushes();
    assertThat(rest).hasSize(100 - SLICE);
    assertThat(rest).extracting(Push::id).doesNotContainAnyElementsOf(ids(first));
  }

  @Test
  void aCampaignWithABadFilterFailsWithAMessageThatNamesTheFieldAndTheOthersGoOn() {
    UUID bad = UUID.randomUUID();
    UUID good = UUID.randomUUID();
    run.reachable();
    run.campaign(bad, "pending", "segment", "{\"shoe_size\": 42}", "2026-01-12T12:00:00Z");
    run.campaign(good, "pending", "segment", "{\"is_vip\": false}", "2026-01-12T12:00:00Z");

    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:00:00Z");
    run.pass(MOMENT);

    assertThat(only(run.pushes()).campaignId()).isEqualTo(good);
    assertThat(only(run.deadLetters()).cause()).contains("shoe_size").contains(bad.toString());
    RunProgress failed =
        only(run.progress().stream().filter(report -> report.state() == State.FAILED).toList());
    assertThat(failed.runId()).isEqualTo(bad);
    assertThat(failed.partitions()).isEqualTo(1);
    assertThat(failed.error()).contains("segment_filter.shoe_size").contains("days_since_activity");
  }

  @Test
  void aCampaignThatWasGivenUpAndCalledFailedFinishesAllTheSame() {
    UUID campaign = UUID.randomUUID();
    for (int i = 0; i < 100; i++) {
      run.reachable();
    }
    run.campaign(campaign, "pending", "all", null, "2026-01-12T12:00:00Z");
    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:00:00Z");
    run.pass(Duration.ofMillis(1));

    run.campaign(campaign, "failed", "all", null, "2026-01-12T12:00:00Z");
    run.pass(MOMENT);
    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:01:00Z");
    run.pass(MOMENT);

    assertThat(run.pushes()).hasSize(100);
    assertThat(run.progress())
        .filteredOn(report -> report.runId().equals(campaign))
        .last()
        .extracting(RunProgress::items)
        .isEqualTo(100L);
  }

  @Test
  void aCampaignOfTwoTextsCountsEachByItsDeliveries() {
    UUID campaign = UUID.randomUUID();
    for (int i = 0; i < 60; i++) {
      run.reachable();
    }
    String options = "{\"options\": {\"variant_b\": {\"share\": 40, \"body_tr\": \"İkinci\"}}}";
    run.campaign(campaign, "pending", "all", options, "2026-01-12T12:00:00Z");
    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:00:00Z");
    run.pass(MOMENT);

    List<Push> pushes = run.pushes();
    List<Push> a = pushes.stream().filter(push -> push.body().equals("Metin")).toList();
    List<Push> b = pushes.stream().filter(push -> push.body().equals("İkinci")).toList();
    assertThat(a).hasSizeGreaterThan(5).allMatch(push -> "A".equals(push.data().get("variant")));
    assertThat(b).hasSizeGreaterThan(5).allMatch(push -> "B".equals(push.data().get("variant")));
    assertThat(last(run.progress()).variants())
        .isEqualTo(
            Map.of(
                "A", new RunProgress.Counts(a.size(), 0, 0),
                "B", new RunProgress.Counts(b.size(), 0, 0)));

    run.campaign(campaign, "cancelled", "all", options, "2026-01-12T12:00:00Z"); // too late
    a.forEach(push -> run.deliver(push, Outcome.ACCEPTED));
    a.forEach(push -> run.deliver(push, Outcome.ACCEPTED)); // a notifier's second word
    run.deliver(b.get(0), Outcome.ACCEPTED);
    b.subList(1, b.size() - 1).forEach(push -> run.deliver(push, Outcome.DEAD_TOKEN));
    run.pass(Duration.ofHours(26)); // of the last one nothing is heard

    RunProgress end = last(run.progress());
    assertThat(end.state()).isEqualTo(State.DONE);
    assertThat(end.items()).isEqualTo(60);
    assertThat(end.succeeded()).isEqualTo(a.size() + 1);
    assertThat(end.variants())
        .isEqualTo(
            Map.of(
                "A", new RunProgress.Counts(a.size(), a.size(), 0),
                "B", new RunProgress.Counts(b.size(), 1, b.size() - 1)));
  }

  @Test
  void aCampaignWithABadOptionFailsWithAMessageThatNamesTheFieldAndNobodyIsTold() {
    run.reachable();
    String options = "{\"options\": {\"variant_b\": {\"share\": 400, \"body_tr\": \"b\"}}}";
    run.campaign(UUID.randomUUID(), "pending", "all", options, "2026-01-12T12:00:00Z");
    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:00:00Z");
    run.pass(MOMENT);

    assertThat(run.pushes()).isEmpty();
    assertThat(run.progress())
        .filteredOn(report -> report.state() == State.FAILED)
        .singleElement()
        .extracting(RunProgress::error)
        .asString()
        .contains("segment_filter.options.variant_b.share is 400", "1 to 99");
  }

  private static final String WAITS = "{\"options\": {\"best_hour_within_hours\": 24}}";

  /** A customer with a device, who wrote a comment in each of those hours of the tenth. */
  private UUID activeAt(int... hours) {
    UUID customer = run.reachable();
    for (int hour : hours) {
      run.commentAt(customer, "2026-01-10T%02d:30:00Z".formatted(hour));
    }
    return customer;
  }

  /** The minute's tick, and who was told by it. */
  private List<UUID> toldAt(String minute) {
    run.tick(Job.SCHEDULED_NOTIFICATIONS, minute);
    run.pass(MOMENT);
    return run.pushes().stream().map(Push::customerId).toList();
  }

  @Test
  void aCampaignWaitsForEachCustomersBestHour() {
    UUID campaign = UUID.randomUUID();
    UUID unknown = run.reachable();
    UUID now = activeAt(12);
    UUID evening = activeAt(21);
    UUID alsoEvening = activeAt(21);
    UUID morning = activeAt(8);
    run.campaign(campaign, "pending", "all", WAITS, "2026-01-12T12:10:00Z");

    assertThat(toldAt("2026-01-12T12:10:00Z")).containsExactlyInAnyOrder(unknown, now);
    RunProgress first = last(run.progress());
    assertThat(first.state()).isEqualTo(State.RUNNING);
    assertThat(first.items()).isEqualTo(2);
    run.campaign(campaign, "sending", "all", WAITS, "2026-01-12T12:10:00Z");
    assertThat(toldAt("2026-01-12T20:59:00Z")).isEmpty();
    run.commentAt(evening, "2026-01-12T20:59:30Z"); // a new habit changes nothing any more
    run.user(alsoEvening, null, null, false); // no pushes from now on
    assertThat(toldAt("2026-01-12T21:00:00Z")).containsExactly(evening);
    assertThat(toldAt("2026-01-12T21:01:00Z")).isEmpty();
    assertThat(toldAt("2026-01-13T08:03:00Z")).as("a late tick").containsExactly(morning);

    RunProgress end = last(run.progress());
    assertThat(end.state()).isEqualTo(State.SENT);
    assertThat(end.items()).isEqualTo(4);
    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-13T12:10:00Z");
    run.pass(Duration.ofHours(26));
    assertThat(run.pushes()).isEmpty();
    assertThat(last(run.progress()).state()).isEqualTo(State.DONE);
  }

  @Test
  void aPushToABestHourIsWorthSendingADayFromThatHour() {
    activeAt(21);
    run.campaign(UUID.randomUUID(), "pending", "all", WAITS, "2026-01-12T12:00:00Z");
    assertThat(toldAt("2026-01-12T12:00:00Z")).isEmpty();
    run.pass(Duration.ofHours(9));

    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T21:00:00Z");
    run.pass(MOMENT);

    assertThat(only(run.pushes()).deadline()).isEqualTo(Instant.parse("2026-01-13T21:00:00Z"));
  }

  @Test
  void aWaitingCampaignThatIsCancelledTellsNobodyMoreAndGoesOnWhenItIsPendingAgain() {
    UUID campaign = UUID.randomUUID();
    UUID first = activeAt(13);
    UUID second = activeAt(14);
    UUID third = activeAt(15);
    run.campaign(campaign, "pending", "all", WAITS, "2026-01-12T12:00:00Z");
    assertThat(toldAt("2026-01-12T12:00:00Z")).isEmpty();
    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T13:00:00Z");
    run.pass(MOMENT);
    Push told = only(run.pushes());
    assertThat(told.customerId()).isEqualTo(first);

    run.campaign(campaign, "cancelled", "all", WAITS, "2026-01-12T12:00:00Z");
    run.deliver(told, Outcome.ACCEPTED);
    assertThat(toldAt("2026-01-12T14:00:00Z")).isEmpty();
    RunProgress stopped = last(run.progress().stream().filter(of(campaign)).toList());
    assertThat(stopped.state()).isEqualTo(State.CANCELLED);
    assertThat(stopped.items()).isEqualTo(1);
    assertThat(stopped.succeeded()).isEqualTo(1);

    run.campaign(campaign, "pending", "all", WAITS, "2026-01-12T12:00:00Z");
    assertThat(toldAt("2026-01-12T14:30:00Z")).as("whose hour has passed").containsExactly(second);
    assertThat(toldAt("2026-01-12T15:00:00Z")).containsExactly(third);
    assertThat(last(run.progress().stream().filter(of(campaign)).toList()).items()).isEqualTo(3);
  }

  @Test
  void whoIsNotMeantAnyMoreWhenTheHourComesIsNotTold() {
    UUID paying = activeAt(21);
    UUID free = activeAt(21);
    run.campaign(UUID.randomUUID(), "pending", "free", WAITS, "2026-01-12T12:00:00Z");
    assertThat(toldAt("2026-01-12T12:00:00Z")).isEmpty();

    run.subscription(paying, "active", null);

    assertThat(toldAt("2026-01-12T21:00:00Z")).containsExactly(free);
    assertThat(last(run.progress()).items()).isEqualTo(1);
  }

  @Test
  void eachOfTwoTextsIsToldAtTheBestHoursToo() {
    String both =
        "{\"options\": {\"best_hour_within_hours\": 6, \"variant_b\": {\"share\": 50, \"body_tr\": \"İkinci\"}}}";
    for (int i = 0; i < 80; i++) {
      activeAt(12 + i % 2);
    }
    run.campaign(UUID.randomUUID(), "pending", "all", both, "2026-01-12T12:00:00Z");
    long b = 0;
    for (String hour : List.of("2026-01-12T12:00:00Z", "2026-01-12T13:00:00Z")) {
      run.tick(Job.SCHEDULED_NOTIFICATIONS, hour);
      run.pass(MOMENT);
      List<Push> pushes = run.pushes();
      assertThat(pushes).hasSize(40);
      b += pushes.stream().filter(push -> push.body().equals("İkinci")).count();
    }
    assertThat(last(run.progress()).variants())
        .isEqualTo(
            Map.of(
                "A", new RunProgress.Counts(80 - b, 0, 0),
                "B", new RunProgress.Counts(b, 0, 0)));
  }

  @Test
  void anHourThatIsKnownIsNotWrittenAgainAndASnapshotSaysWhenItWas() {
    UUID customer = activeAt(21);
    run.change(
        AppTable.CUSTOMER_OAUTH_IDENTITIES,
        customer,
        Envelopes.snapshot(
            run.next(),
            Envelopes.row(
                "id",
                UUID.randomUUID(),
                "customer_user_id",
                customer,
                "last_login_at",
                "2026-01-09T07:10:00Z",
                "deleted_at",
                null)));

    assertThat(run.state(customer).hours()).hasToString("2026-01-09: 7\n2026-01-10: 21\n");
    UUID hidden = UUID.randomUUID();
    Map<String, Object> row = TopologyRun.commentRow(hidden, customer, 0, "hidden");
    row.put("created_at", "2026-01-10T21:45:00Z");
    int writes = run.writes(customer);
    assertThat(writes).isEqualTo(4); // signed up, a device, a comment, a login
    run.change(AppTable.MATCH_COMMENTS, customer, Envelopes.updated(run.next(), row));
    assertThat(run.writes(customer)).isEqualTo(writes);
  }

  @Test
  void aTimeThatCannotBeReadCostsNobodyTheComment() {
    UUID customer = run.reachable();
    List<String> times = List.of("-infinity", "soon", "+999999999-12-31T23:59:59-18:00");
    times.forEach(time -> run.commentAt(customer, time));

    assertThat(run.state(customer).tallies().comments()).isEqualTo(3);
    assertThat(run.state(customer).hours()).hasToString("");
    assertThat(run.deadLetters()).isEmpty();
  }

  private static Predicate<RunProgress> of(UUID campaign) {
    return report -> report.runId().equals(campaign);
  }

  @Test
  void aRewardsSweepGoesFirst() {
    for (int i = 0; i < 10; i++) {
      UUID customer = run.reachable();
      run.xp(customer, "bronze", 5, 0, YESTERDAY);
    }
    run.tick(Job.STREAK_BREAK_WARNINGS, EVENING);
    run.badge("{\"type\": \"login_streak\", \"days\": 5}");

    run.pass(Duration.ofMillis(1));

    assertThat(run.decisions()).hasSize(10);
    assertThat(run.pushes()).isEmpty();
    run.pass(MOMENT);
    assertThat(run.pushes()).hasSize(10);
  }

  @Test
  void aShareThatWaitsSaysSoAndGivesUpWhenNoDeliveryCanCome() {
    UUID campaign = UUID.randomUUID();
    run.reachable();
    run.campaign(campaign, "pending", "all", null, "2026-01-12T12:00:00Z");
    run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:00:00Z");
    run.pass(MOMENT);
    assertThat(last(run.progress()).state()).isEqualTo(State.SENT);

    run.pass(Duration.ofSeconds(30));
    assertThat(last(run.progress()).state()).isEqualTo(State.SENT);

    run.pass(Duration.ofHours(26));
    RunProgress end = last(run.progress());
    assertThat(end.state()).isEqualTo(State.DONE);
    assertThat(end.failed()).isEqualTo(1);
  }

  private static List<UUID> ids(List<Push> pushes) {
    return pushes.stream().map(Push::id).toList();
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }

  private static <T> T last(List<T> list) {
    assertThat(list).isNotEmpty();
    return list.get(list.size() - 1);
  }
}
