package app.goalgpt.topology.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.change.Version;
import app.goalgpt.topology.customer.Credits;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Device;
import app.goalgpt.topology.customer.Fact;
import app.goalgpt.topology.customer.Level;
import app.goalgpt.topology.customer.Profile;
import app.goalgpt.topology.customer.Standing;
import app.goalgpt.topology.job.BusinessMoment;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentFilterTest {
  private static final BusinessMoment MOMENT =
      new BusinessMoment(Instant.parse("2026-01-12T22:30:00Z"), ZoneId.of("Europe/Istanbul"));

  /** Gold, 2500 points, 4 days of streak, last active on the 10th; iOS and Android; 30 credits. */
  private static final Customer GOLD =
      customer(
          new Fact.Profiled(new Profile(false, true, "en-GB")),
          new Fact.Ranked(new Standing(Level.GOLD, 4, 2500, LocalDate.of(2026, 1, 10))),
          new Fact.Credited(new Credits(30, 90)),
          new Fact.Reachable(UUID.randomUUID(), new Device("a", "ios")),
          new Fact.Reachable(UUID.randomUUID(), new Device("b", "android")),
          new Fact.HasBadge(UUID.randomUUID(), UUID.randomUUID()));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          {"xp_level": ["gold", "platinum", "diamond", "vip_elite"]} ; true
          {"xp_level": "silver"}                                     ; false
          {"xp_level": {"gte": "silver", "lt": "platinum"}}          ; true
          {"xp_level": {"gt": "gold"}}                               ; false
          {"current_streak_days": {"gte": 4}}                        ; true
          {"current_streak_days": {"gt": 4}}                         ; false
          {"xp_points": {"in": [1, 2500]}}                           ; true
          {"xp_points": {"ne": 2500}}                                ; false
          {"credits_balance": 30, "badge_count": 1}                  ; true
          {"credits_balance": 30, "badge_count": 2}                  ; false
          {"referral_count": 0, "comment_count": {"lte": 0}}         ; true
          {"is_vip": false}                                          ; true
          {"is_vip": {"ne": false}}                                  ; false
          {"platform": "android"}                                    ; true
          {"platform": ["web"]}                                      ; false
          {"locale": "en-GB"}                                        ; true
          {"locale": "en"}                                           ; false
          {"days_since_activity": 3}                                 ; true
          {"days_since_activity": {"lt": 3}}                         ; false
          """)
  void fieldsAndComparisons(String filter, boolean holds) {
    assertThat(SegmentFilter.read(filter).holds(GOLD, MOMENT)).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          {"xp_level": "bronze", "xp_points": 0, "credits_balance": 0} ; true
          {"days_since_activity": {"gte": 0}}                          ; false
          {"days_since_activity": {"ne": 3}}                           ; false
          {"locale": {"ne": "tr"}}                                     ; false
          {"platform": {"ne": "ios"}}                                  ; false
          """)
  void whoHasNoRowsStandsWhereANewRowWould(String filter, boolean holds) {
    Customer newcomer = customer(new Fact.Profiled(new Profile(false, true, null)));

    assertThat(SegmentFilter.read(filter).holds(newcomer, MOMENT)).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          {"shoe_size": 42}                              ; segment_filter.shoe_size
          {"xp_level": "wood"}                           ; segment_filter.xp_level
          {"xp_level": {"regex": ".*"}}                  ; segment_filter.xp_level.regex
          {"xp_points": "1 OR 1=1"}                      ; segment_filter.xp_points
          {"xp_points": 1.5}                             ; segment_filter.xp_points
          {"xp_points": 1e300}                           ; segment_filter.xp_points
          {"xp_points": null}                            ; segment_filter.xp_points
          {"xp_points": {}}                              ; segment_filter.xp_points
          {"xp_points": []}                              ; segment_filter.xp_points
          {"xp_points": [[1]]}                           ; segment_filter.xp_points
          {"xp_points": {"gte": {"gte": 1}}}             ; segment_filter.xp_points.gte
          {"xp_points": {"in": 5}}                       ; segment_filter.xp_points.in
          {"is_vip": "yes"}                              ; segment_filter.is_vip
          {"is_vip": {"gt": false}}                      ; segment_filter.is_vip.gt
          {"locale": "tr' OR '1'='1"}                    ; segment_filter.locale
          {"locale": "(a+)+$"}                           ; segment_filter.locale
          {"platform": {"gte": "ios"}}                   ; segment_filter.platform.gte
          {"$where": "1"}                                ; segment_filter.$where
          {}                                             ; segment_filter
          []                                             ; segment_filter
          "all"                                          ; segment_filter
          {"xp_points": 1                                ; segment_filter
          """)
  void aBadFilterIsRefusedWithAMessageThatNamesTheField(String filter, String named) {
    assertThatThrownBy(() -> SegmentFilter.read(filter))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageStartingWith(named + " ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void hugeOnesAndDeepOnesAreRefusedAndShownInShort() {
    List<String> filters =
        List.of(
            "{\"xp_points\": " + "[".repeat(4000) + "]".repeat(4000) + "}",
            "{\"xp_points\": [" + "1,".repeat(1500) + "1]}",
            "{\"xp_points\": [" + "1,".repeat(1_000_000) + "1]}",
            "{\"" + "x".repeat(5000) + "\": 1}");

    for (String filter : filters) {
      assertThatThrownBy(() -> SegmentFilter.read(filter))
          .isInstanceOf(MalformedMessageException.class)
          .satisfies(
              e -> assertThat(e.getMessage()).hasSizeLessThan(700).contains("segment_filter"));
    }
    assertThatThrownBy(() -> SegmentFilter.read(null))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("segment_filter is missing");
  }

  private static Customer customer(Fact... facts) {
    Customer customer = Customer.UNKNOWN;
    for (Fact fact : facts) {
      customer = customer.with(new Version(1, false, true), fact);
    }
    return customer;
  }
}
