package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.RewardId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
  private static final String SETTLED = "2026-01-12T11:59:59.5Z";
  private TopologyRun run = new TopologyRun();

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void aSettledBadgeIsMadePublicAndTold() {
    UUID customer = run.customer();
    run.token(customer, "token-1");
    run.token(customer, "token-2");

    Map<String, Object> row = badgeRow(customer);
    settled(customer, row);

    assertThat(run.badgesUnlocked())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.rewardId()).isEqualTo(row.get("id"));
              assertThat(event.xp()).isEqualTo(50);
              assertThat(event.levelReached()).isEqualTo("silver");
              assertThat(event.value()).isEqualTo("10");
              assertThat(event.cause().rowId()).isEqualTo("row");
              assertThat(event.schemaVersion()).isEqualTo(1);
            });
    assertThat(run.pushes())
        .singleElement()
        .satisfies(
            push -> {
              assertThat(push.title()).isEqualTo("Yeni Rozet! 🎖️");
              assertThat(push.body()).isEqualTo("Yorumcu rozetini kazandın!");
              assertThat(push.data()).containsEntry("type", "badge_unlock");
              assertThat(push.deepLink()).isEqualTo("goalgpt://badges");
              assertThat(push.imageUrl()).isEqualTo("https://cdn.invalid/icon.png");
              assertThat(push.addresses())
                  .extracting(Push.Address::secret)
                  .containsExactlyInAnyOrder("token-1", "token-2");
              assertThat(push.deadline())
                  .isEqualTo(Instant.parse(SETTLED).plus(Duration.ofHours(24)));
            });
  }

  @Test
  void badgesUnlockedWithinTheWindowAreToldInOnePush() {
    run.close();
    run =
        new TopologyRun(
            partition -> AnnouncementHistory.Tail.EMPTY, Map.of("BADGE_PUSH_WINDOW", "5s"));
    UUID customer = run.customer();
    run.token(customer, "token");
    UUID alone = run.customer();
    run.token(alone, "other-token");
    Map<String, Object> first = badgeRow(customer);
    Map<String, Object> second = badgeRow(customer);
    second.put("badge_name_tr", "Tahminci");
    settled(customer, first);
    settled(alone, badgeRow(alone));
    run.pass(Duration.ofSeconds(3));
    settled(customer, second);
    assertThat(run.pushes()).as("they wait").isEmpty();
    run.pass(Duration.ofSeconds(2));

    List<Push> pushes = run.pushes();
    assertThat(pushes)
        .filteredOn(push -> push.customerId().equals(customer))
        .singleElement()
        .satisfies(
            push -> {
              assertThat(push.id()).isEqualTo(RewardId.push((UUID) first.get("id"), customer));
              assertThat(push.title()).isEqualTo("Yeni Rozetler! 🎖️");
              assertThat(push.body()).isEqualTo("Yorumcu, Tahminci rozetlerini kazandın!");
              assertThat(push.data()).containsEntry("type", "badge_unlock");
            });
    assertThat(pushes)
        .filteredOn(push -> push.customerId().equals(alone))
        .singleElement()
        .satisfies(push -> assertThat(push.title()).isEqualTo("Yeni Rozet! 🎖️"));
    run.pass(Duration.ofSeconds(20));
    assertThat(run.pushes()).as("once").isEmpty();

    settled(customer, badgeRow(customer));
    run.pass(Duration.ofSeconds(5));
    assertThat(run.pushes()).as("a new window").hasSize(1);
  }

  @Test
  void aReferralTierIsToldToBothEachInTheirLanguage() {
    UUID referrer = run.customer();
    run.token(referrer, "referrer");
    UUID referred = UUID.randomUUID();
    run.user(referred, null, "en-GB", true);
    run.token(referred, "referred");

    settled(referrer, tierRow(referrer, referred, 2));

    assertThat(run.tiersReached()).singleElement().extracting("tier").isEqualTo(2);
    assertThat(run.pushes())
        .extracting(push -> push.title() + " " + push.body())
        .containsExactlyInAnyOrder(
            "Arkadaşın giriş yaptı! 50 kredi kazandın 💰",
            "Welcome! 10 credits, our gift to you 🎁");
  }

  @Test
  void tierThreeHasTheSeedsText() {
    UUID referrer = run.customer();
    run.token(referrer, "referrer");
    settled(referrer, tierRow(referrer, run.customer(), 3));

    assertThat(run.pushes())
        .extracting(push -> push.title() + " " + push.body())
        .containsExactly("Arkadaşın VIP oldu! 200 kredi + 500 XP kazandın 🎉");
  }

  @Test
  void aRowThatComesAgainIsNotAnnouncedAgain() {
    UUID customer = run.customer();
    run.token(customer, "token");
    Map<String, Object> row = badgeRow(customer);
    settled(customer, row);
    settled(customer, row);
    run.change(AppTable.REWARD_LEDGER, customer, Envelopes.snapshot(run.next(), row));

    assertThat(run.badgesUnlocked()).hasSize(1);
    assertThat(run.pushes()).hasSize(1);
  }

  @Test
  void whoIsDeletedOrWantsNoPushesIsNotToldButTheRewardIsPublic() {
    UUID silent = UUID.randomUUID();
    run.user(silent, null, null, false);
    run.token(silent, "token");
    settled(silent, badgeRow(silent));
    UUID deleted = UUID.randomUUID();
    run.user(deleted, "2026-01-01T00:00:00Z", null, true);
    run.token(deleted, "token");
    settled(deleted, badgeRow(deleted));

    assertThat(run.badgesUnlocked()).hasSize(2);
    assertThat(run.pushes()).isEmpty();
  }

  @Test
  void aRewardSettledLongAgoIsMadePublicButNotTold() {
    UUID customer = run.customer();
    run.token(customer, "token");
    Map<String, Object> row = badgeRow(customer);
    row.put("settled_at", "2026-01-11T11:59:59Z");
    settled(customer, row);

    assertThat(run.badgesUnlocked()).hasSize(1);
    assertThat(run.pushes()).isEmpty();
  }

  @Test
  void stateThatIsGoneIsRememberedByThePublicTopics() {
    run.close();
    UUID referred = UUID.randomUUID();
    UUID customer = UUID.randomUUID();
    Map<String, Object> known = badgeRow(customer);
    Map<String, Object> old = badgeRow(customer);
    old.put("settled_at", "2026-01-12T09:00:00Z");
    Map<String, Object> tier = tierRow(customer, referred, 2);
    UUID welcome = RewardId.push((UUID) tier.get("id"), referred);
    run =
        new TopologyRun(
            partition ->
                new AnnouncementHistory.Tail(
                    Instant.parse("2026-01-12T10:00:00Z"),
                    Map.of(
                        (UUID) known.get("id"), Instant.parse(SETTLED), welcome, Instant.EPOCH)));
    run.user(customer, null, null, true);
    run.token(customer, "token");
    run.user(referred, null, null, true);
    run.token(referred, "token");

    settled(customer, known);
    settled(customer, old);
    assertThat(run.badgesUnlocked()).isEmpty();
    assertThat(run.pushes()).isEmpty();

    settled(customer, badgeRow(customer));
    settled(customer, tier);
    assertThat(run.badgesUnlocked()).hasSize(1);
    assertThat(run.pushes()).extracting(Push::customerId).containsExactly(customer, customer);
  }

  /** A replay reads the topics in an order of its own: the device may come before the welcome. */
  @Test
  void whoCouldNotBeToldIsNotToldByAReplay() {
    UUID referred = run.customer();
    Map<String, Object> tier = tierRow(run.customer(), referred, 2);
    settled((UUID) tier.get("customer_user_id"), tier);
    run.token(referred, "token");
    List<Push> first = run.pushRecords();
    assertThat(first).noneMatch(Push::reachesSomebody);
    run.close();

    Map<UUID, Instant> made =
        first.stream().collect(Collectors.toMap(Push::id, push -> Instant.parse(SETTLED)));
    run = new TopologyRun(partition -> new AnnouncementHistory.Tail(Instant.EPOCH, made));
    run.user(referred, null, null, true);
    run.token(referred, "token");
    settled((UUID) tier.get("customer_user_id"), tier);

    assertThat(run.pushes()).isEmpty();
  }

  private void settled(UUID customer, Map<String, Object> row) {
    run.change(AppTable.REWARD_LEDGER, customer, Envelopes.created(run.next(), row));
  }

  private static Map<String, Object> badgeRow(UUID customer) {
    return LedgerRows.badge(customer, UUID.randomUUID(), SETTLED);
  }

  private static Map<String, Object> tierRow(UUID referrer, UUID referred, int tier) {
    return LedgerRows.tier(referrer, referred, tier, SETTLED);
  }
}
