package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.Decision;
import app.goalgpt.messages.RewardId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionsTest {
  private static final String TWO_COMMENTS = "{\"type\":\"comments\",\"count\":2}";
  private final TopologyRun run = new TopologyRun();

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void aBadgeIsDecidedOnceWhenItsConditionComesToHold() {
    UUID badge = run.badge(TWO_COMMENTS);
    UUID customer = run.customer();
    run.comment(customer, 0);
    assertThat(run.decisions()).isEmpty();

    UUID second = run.comment(customer, 0);
    run.comment(customer, 0);

    assertThat(run.decisions())
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.BadgeUnlock.class,
            decision -> {
              assertThat(decision.rewardId()).isEqualTo(RewardId.badge(badge, customer));
              assertThat(decision.value()).isEqualTo("2");
              assertThat(decision.condition()).isEqualTo(TWO_COMMENTS);
              assertThat(decision.cause().table()).isEqualTo("match_comments");
              assertThat(decision.cause().rowId()).isEqualTo(second.toString());
            });
  }

  @Test
  void countsGoDownAsWellAsUp() {
    run.badge(TWO_COMMENTS);
    UUID customer = run.customer();
    UUID hidden = run.comment(customer, 0);
    run.comment(hidden, customer, 0, "hidden", run.next());
    run.comment(customer, 0);
    assertThat(run.decisions()).isEmpty();

    run.comment(hidden, customer, 0, "active", run.next());
    assertThat(run.decisions()).hasSize(1);
  }

  /** The ledger, who asks the tables, refuses what a transaction's first row made it look like. */
  @Test
  void whatHeldForAMomentOnlyIsDecidedAgainWhenItHoldsAgain() {
    run.badge("{\"type\":\"predictions\",\"accuracy\":80,\"min_count\":10}");
    UUID customer = run.customer();
    predict(customer, "won", 7);
    predict(customer, "lost", 2);
    assertThat(run.decisions()).isEmpty();
    run.prediction(customer, "won");
    assertThat(run.decisions()).hasSize(1); // 8 of 10

    run.prediction(customer, "lost");
    assertThat(run.state(customer).decided()).isEmpty();
    predict(customer, "won", 3); // 11 of 14
    assertThat(run.decisions()).isEmpty();
    run.prediction(customer, "won"); // 12 of 15
    assertThat(run.decisions()).hasSize(1);
    run.prediction(customer, "won");
    assertThat(run.decisions()).isEmpty();
  }

  private void predict(UUID customer, String result, int times) {
    IntStream.range(0, times).forEach(i -> run.prediction(customer, result));
  }

  /** Between the loss and the new one, the ledger found one too few; here they came reversed. */
  @Test
  void aReferralsLossLetsTheBadgesBeDecidedAgain() {
    run.badge("{\"type\":\"referrals\",\"count\":2}");
    UUID referrer = run.customer();
    UUID lost = UUID.randomUUID();
    UUID referred = run.customer();
    run.referral(lost, referrer, referred, 1, "pending", null);
    run.referral(UUID.randomUUID(), referrer, run.customer(), 1, "pending", null);
    assertThat(run.decisions()).hasSize(1);

    run.referral(UUID.randomUUID(), referrer, run.customer(), 1, "pending", null);
    assertThat(run.decisions()).isEmpty();
    run.change(
        AppTable.REFERRALS,
        referred,
        Envelopes.deleted(
            run.next(), TopologyRun.referralRow(lost, referrer, referred, 1, "pending", null)));

    assertThat(run.decisions()).hasSize(1);
  }

  @Test
  void aTierIsDecidedAgainWhenItsConditionComesToHoldAgain() {
    UUID referral = UUID.randomUUID();
    UUID referrer = run.customer();
    UUID referred = run.customer();
    UUID identity = UUID.randomUUID();
    run.referral(referral, referrer, referred, 1, "completed", null);
    run.login(identity, referred, "2026-01-10T00:00:00Z");
    assertThat(run.decisions()).singleElement().satisfies(it -> isTier(it, referral, 2));
    run.login(identity, referred, null);
    run.login(identity, referred, "2026-01-11T00:00:00Z");
    assertThat(run.decisions()).singleElement().satisfies(it -> isTier(it, referral, 2));

    run.referral(referral, referrer, referred, 2, "rewarded", null);
    run.subscription(referred, "active", "2026-01-12T12:00:10Z");
    assertThat(run.decisions()).singleElement().satisfies(it -> isTier(it, referral, 3));
    run.pass(Duration.ofSeconds(20));
    run.subscription(referred, "active", "2027-01-12T12:00:00Z");
    assertThat(run.decisions()).singleElement().satisfies(it -> isTier(it, referral, 3));
  }

  @Test
  void aTierRefusedWhileTheCustomerWasDeletedIsDecidedAgainWhenTheyAreBack() {
    UUID referral = UUID.randomUUID();
    UUID referred = run.customer();
    run.login(referred, "2026-01-10T00:00:00Z");
    run.referral(referral, run.customer(), referred, 1, "completed", null);
    assertThat(run.decisions()).hasSize(1);
    run.user(referred, "2026-01-11T00:00:00Z", null, true);
    run.decisions();

    run.user(referred, null, null, true);

    assertThat(run.decisions()).singleElement().satisfies(it -> isTier(it, referral, 2));
  }

  /** The invited one's task hears nothing of it but through the referral. */
  @Test
  void aTierRefusedWhileBothWereDeletedIsDecidedAgainWhenTheReferrerIsBack() {
    UUID referral = UUID.randomUUID();
    UUID referrer = run.customer();
    UUID referred = run.customer();
    run.user(referrer, "2026-01-11T00:00:00Z", null, true);
    run.user(referred, "2026-01-11T00:00:00Z", null, true);
    run.login(referred, "2026-01-10T00:00:00Z");
    run.referral(referral, referrer, referred, 1, "completed", null);
    run.referral(UUID.randomUUID(), referrer, run.customer(), 1, "completed", null);
    assertThat(run.decisions()).hasSize(1); // refused: nobody is left to be paid

    run.user(referrer, null, null, true);
    assertThat(run.decisions()).singleElement().satisfies(it -> isTier(it, referral, 2));

    run.user(referrer, null, "en", true);
    assertThat(run.decisions()).isEmpty();
  }

  @Test
  void aJumpOverALevelEarnsTheLevelsBelowToo() {
    UUID silver = run.badge("{\"type\":\"xp_level\",\"level\":\"silver\"}");
    UUID gold = run.badge("{\"type\":\"xp_level\",\"level\":\"gold\"}");
    run.badge("{\"type\":\"xp_level\",\"level\":\"platinum\"}");
    UUID customer = run.customer();

    run.xp(customer, "gold", 0);

    assertThat(run.decisions())
        .extracting(decision -> ((Decision.BadgeUnlock) decision).badgeId())
        .containsExactlyInAnyOrder(silver, gold);
  }

  @Test
  void whoHasTheBadgeIsNotDecidedAgainAndADeletedCustomerEarnsNothing() {
    UUID badge = run.badge("{\"type\":\"comments\",\"count\":1}");
    UUID owner = run.customer();
    run.holdsBadge(owner, badge);
    run.comment(owner, 0);
    UUID deleted = UUID.randomUUID();
    run.user(deleted, "2026-01-01T00:00:00Z", null, true);
    run.comment(deleted, 0);
    assertThat(run.decisions()).isEmpty();

    run.user(deleted, null, null, true);
    assertThat(run.decisions()).hasSize(1);
  }

  /** Of two rows that are the same badge's in turn, each is followed by itself. */
  @Test
  void aRowThatComesToGiveAnotherBadgeGivesTheFirstOneNoMore() {
    UUID first = run.badge("{\"type\":\"comments\",\"count\":1}");
    UUID second = run.badge("{\"type\":\"comments\",\"count\":2}");
    UUID customer = run.customer();
    UUID row = UUID.randomUUID();
    run.holdsBadge(row, customer, first);
    run.holdsBadge(row, customer, second);
    assertThat(run.state(customer).heldBadges()).containsExactly(second);
    assertThat(run.decisions()).isEmpty();

    run.comment(customer, 0);
    run.comment(customer, 0);
    assertThat(run.decisions())
        .singleElement()
        .satisfies(it -> assertThat(it.rewardId()).isEqualTo(RewardId.badge(first, customer)));
  }

  @Test
  void aBadgeThatTakesAwayIsABadRuleUntilItGives() {
    UUID badge = UUID.randomUUID();
    String condition = "{\"type\":\"comments\",\"count\":1}";
    UUID customer = run.customer();
    run.badge(badge, condition, true, -5);
    run.badge(badge, condition, true, -5);
    run.comment(customer, 0);
    assertThat(run.decisions()).isEmpty();
    assertThat(run.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.step()).isEqualTo("topology.badge-rule");
              assertThat(letter.cause())
                  .isEqualTo("badge %s: reward_credits is -5: allowed is 0 or more", badge);
            });

    run.badge(badge, condition, true, 5);
    run.pass(Duration.ofSeconds(1));
    assertThat(run.decisions()).hasSize(1);

    run.badge(badge, condition, true, -1);
    run.comment(run.customer(), 0);
    assertThat(run.decisions()).isEmpty();
  }

  @Test
  void factsThatComeBeforeTheCustomersOwnRowAreNotLost() {
    run.badge("{\"type\":\"comments\",\"count\":1}");
    UUID customer = UUID.randomUUID();
    run.comment(customer, 0);
    assertThat(run.decisions()).isEmpty();

    run.user(customer, null, null, true);
    assertThat(run.decisions()).hasSize(1);
  }

  @Test
  void aNewRuleReachesAllWhoAlreadyQualifyWithoutAnotherFact() {
    List<UUID> customers = IntStream.range(0, 1200).mapToObj(i -> run.customer()).toList();
    customers.forEach(customer -> run.comment(customer, 0));

    UUID badge = run.badge("{\"type\":\"comments\",\"count\":1}");
    run.pass(Duration.ofMillis(1));
    run.pass(Duration.ofMillis(1));
    UUID second = run.badge("{\"type\":\"comments\",\"like_count\":1}");
    IntStream.range(0, 5).forEach(i -> run.pass(Duration.ofMillis(1)));

    assertThat(run.decisions())
        .hasSize(1200)
        .allSatisfy(
            decision -> {
              assertThat(((Decision.BadgeUnlock) decision).badgeId()).isEqualTo(badge);
              assertThat(decision.cause().table()).isEqualTo("badges");
            })
        .extracting(decision -> ((Decision.BadgeUnlock) decision).customerId())
        .containsExactlyInAnyOrderElementsOf(customers);
    assertThat(second).isNotEqualTo(badge);
  }

  @Test
  void aRuleThatIsEasedReachesThoseWhoQualifyByNowAndASwitchedOffOneNobody() {
    UUID badge = run.badge("{\"type\":\"comments\",\"count\":5}");
    UUID customer = run.customer();
    run.comment(customer, 0);

    run.badge(badge, "{\"type\":\"comments\",\"count\":1}", false);
    run.pass(Duration.ofMillis(1));
    assertThat(run.decisions()).isEmpty();
    run.badge(badge, "{\"type\":\"comments\",\"count\":1}", true);
    run.pass(Duration.ofMillis(1));

    assertThat(run.decisions()).hasSize(1);
  }

  @Test
  void aBadRuleIsReportedOncePerVersionAndTheOthersGoOn() {
    UUID bad = UUID.randomUUID();
    run.badge(bad, "{\"type\":\"comments\",\"count\":0}", true);
    run.badge(bad, "{\"type\":\"comments\",\"count\":0}", true); // an unlock moved total_unlocks
    run.badge("{\"type\":\"comments\",\"count\":1}");
    run.comment(run.customer(), 0);

    assertThat(run.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.step()).isEqualTo("topology.badge-rule");
              assertThat(letter.cause())
                  .contains(bad.toString(), "count is 0", "a whole number from 1");
            });
    assertThat(run.decisions()).hasSize(1);

    run.badge(bad, "{\"type\":\"comments\",\"count\":-1}", true);
    assertThat(run.deadLetters()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RLS", "RSL", "LRS", "LSR", "SRL", "SLR"})
  void tiersAreReachedWhateverComesFirst(String order) {
    UUID referrer = run.customer();
    UUID referred = run.customer();
    UUID referral = UUID.randomUUID();
    for (char fact : order.toCharArray()) {
      switch (fact) {
        case 'R' -> run.referral(referral, referrer, referred, 1, "completed", null);
        case 'L' -> run.login(referred, "2026-01-12T11:00:00Z");
        default -> run.subscription(referred, "active", "2027-01-01T00:00:00Z");
      }
    }
    assertThat(run.decisions()).singleElement().satisfies(it -> isTier(it, referral, 2));

    run.referral(referral, referrer, referred, 2, "rewarded", null);
    assertThat(run.decisions()).singleElement().satisfies(it -> isTier(it, referral, 3));

    run.referral(referral, referrer, referred, 3, "rewarded", null);
    run.login(referred, "2026-01-12T11:30:00Z");
    run.subscription(referred, "active", null);
    assertThat(run.decisions()).isEmpty();
  }

  private static void isTier(Decision decision, UUID referral, int tier) {
    assertThat(decision.rewardId()).isEqualTo(RewardId.referralTier(referral, tier));
  }

  @Test
  void aTierIsNotReachedByALateLoginAnOtherStatusOrAnEndedSubscription() {
    UUID referrer = run.customer();
    UUID late = run.customer();
    run.referral(UUID.randomUUID(), referrer, late, 1, "completed", "2026-01-10T00:00:00Z");
    run.login(late, "2026-01-10T00:00:01Z");
    UUID pending = run.customer();
    run.referral(UUID.randomUUID(), referrer, pending, 1, "pending", null);
    run.login(pending, "2026-01-10T00:00:01Z");
    UUID ended = run.customer();
    run.referral(UUID.randomUUID(), referrer, ended, 2, "rewarded", null);
    run.subscription(ended, "active", "2026-01-12T11:59:59Z");
    run.subscription(ended, "cancelled", null);

    assertThat(run.decisions()).isEmpty();
  }

  @Test
  void aLoginInTimeCountsWhateverTheClockSaysByNow() {
    UUID referred = run.customer();
    run.referral(
        UUID.randomUUID(), run.customer(), referred, 1, "completed", "2026-01-10T00:00:00Z");
    run.login(referred, "2026-01-10T00:00:00Z");

    assertThat(run.decisions()).hasSize(1);
  }

  @Test
  void aTierRefusedByTheLedgerIsDecidedAgainWhenTheReferralChanges() {
    UUID referral = UUID.randomUUID();
    UUID referrer = run.customer();
    UUID referred = run.customer();
    run.login(referred, "2026-01-10T00:00:00Z");
    run.referral(referral, referrer, referred, 1, "completed", null);
    assertThat(run.decisions()).hasSize(1);

    run.login(referred, "2026-01-11T00:00:00Z");
    assertThat(run.decisions()).isEmpty();
    run.referral(referral, referrer, referred, 1, "completed", null);
    assertThat(run.decisions()).hasSize(1);
  }

  @Test
  void referralsCountForTheReferrerByTierUntilTheyAreDeletedOrMoved() {
    UUID any = run.badge("{\"type\":\"referrals\",\"count\":2}");
    UUID subscribed = run.badge("{\"type\":\"referrals\",\"count\":1,\"min_tier\":3}");
    UUID referrer = run.customer();
    UUID other = run.customer();
    UUID first = UUID.randomUUID();
    UUID referred = run.customer();
    run.referral(first, referrer, referred, 1, "pending", null);
    run.change(
        AppTable.REFERRALS,
        referred,
        Envelopes.deleted(
            run.next(), TopologyRun.referralRow(first, referrer, referred, 1, "pending", null)));
    run.referral(UUID.randomUUID(), referrer, run.customer(), 1, "expired", null);
    assertThat(run.decisions()).isEmpty();
    assertThat(run.state(referrer).tallies().referrals()).isEqualTo(1);

    UUID moved = UUID.randomUUID();
    UUID movedReferred = run.customer();
    run.referral(moved, other, movedReferred, 3, "rewarded", null);
    assertThat(badges()).containsExactly(subscribed);
    run.referral(moved, referrer, movedReferred, 3, "rewarded", null);

    assertThat(badges()).containsExactlyInAnyOrder(any, subscribed);
    assertThat(run.state(other).tallies().referrals()).isZero();
  }

  private List<UUID> badges() {
    return run.decisions().stream()
        .map(decision -> ((Decision.BadgeUnlock) decision).badgeId())
        .toList();
  }
}
