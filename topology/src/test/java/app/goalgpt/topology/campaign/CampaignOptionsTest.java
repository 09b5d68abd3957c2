package app.goalgpt.topology.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.announcement.Notice;
import app.goalgpt.topology.change.Version;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Device;
import app.goalgpt.topology.customer.Fact;
import app.goalgpt.topology.customer.Profile;
import app.goalgpt.topology.job.BusinessMoment;
import app.goalgpt.topology.job.Due;
import app.goalgpt.topology.job.Variant;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code segment_filter.options} may say, and what the second of two texts is. */
class CampaignOptionsTest {
  private static final Instant NOON = Instant.parse("2026-01-12T12:00:00Z");
  private static final BusinessMoment MOMENT = new BusinessMoment(NOON, ZoneId.of("UTC"));
  private static final UUID CAMPAIGN = UUID.fromString("6f1c2a52-6d0b-4c5e-9d83-0d4b6a7c8e90");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          {}                                                ; options is {}: allowed is an object with
          []                                                ; options is []: allowed is an object with
          null                                              ; options is null: allowed is an object with
          {"best_hour_within_hours": 0}                     ; options.best_hour_within_hours is 0: allowed is a whole number from 1 to 24
          {"best_hour_within_hours": 25}                    ; options.best_hour_within_hours is 25
          {"best_hour_within_hours": "24"}                  ; options.best_hour_within_hours is "24"
          {"best_hour_within_hours": null}                  ; options.best_hour_within_hours is null
          {"best_hour": 24}                                 ; options.best_hour is no option: allowed are best_hour_within_hours, variant_b
          {"variant_c": {"share": 50}}                      ; options.variant_c is no option: allowed are
          {"variant_b": {}}                                 ; options.variant_b is {}: allowed is an object with share
          {"variant_b": {"share": 50}}                      ; options.variant_b has no text
          {"variant_b": {"title_tr": "t"}}                  ; options.variant_b.share is missing: allowed is a whole number from 1 to 99
          {"variant_b": {"share": 0, "title_tr": "t"}}      ; options.variant_b.share is 0
          {"variant_b": {"share": 100, "title_tr": "t"}}    ; options.variant_b.share is 100
          {"variant_b": {"share": "50", "title_tr": "t"}}   ; options.variant_b.share is "50"
          {"variant_b": {"share": 12.5, "title_tr": "t"}}   ; options.variant_b.share is 12.5
          {"variant_b": {"share": 9, "title_tr": " "}}      ; options.variant_b.title_tr is " ": allowed is a text
          {"variant_b": {"share": 9, "title_tr": 7}}        ; options.variant_b.title_tr is 7: allowed is a text
          {"variant_b": {"share": 9, "image_url": "x"}}     ; options.variant_b.image_url is no option
          {"variant_b": {"share": 9, "title_en": "t"}}      ; options.variant_b has no text
          {"variant_b": {"share": 9, "title_tr": "t"}}      ; options.variant_b.title_en is missing: allowed is a text
          {"variant_b": {"share": 9, "body_tr": "b", "body_en": "b"}} ; options.variant_b.body_en is there: allowed is none
          """)
  void aBadOptionIsNamedWithEveryAudience(String options, String message) {
    for (String audience : new String[] {"all", "vip", "segment"}) {
      assertThatThrownBy(() -> outreach(audience, filter(options), "Title", null))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageStartingWith("segment_filter." + message);
    }
  }

  private static String filter(String options) {
    return "{\"is_vip\": true, \"options\": " + options + "}";
  }

  @Test
  void aSegmentIsMoreThanOptions() {
    assertThatThrownBy(
            () ->
                outreach(
                    "segment",
                    "{\"options\": {\"variant_b\": {\"share\": 9, \"body_tr\": \"b\"}}}",
                    null,
                    null))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageStartingWith("segment_filter has only options");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "\"options\"", "{\"xp_points\": 3}", "{\"shoe_size\": 4}"})
  void withoutOptionsAFilterThatNobodyAsksForIsNotLookedAt(String filter) {
    CampaignOutreach outreach = outreach("all", filter, null, null);

    assertThat(outreach.triesTwoTexts()).isFalse();
    Due due = due(outreach, UUID.randomUUID(), "tr");
    assertThat(due.variant()).isEqualTo(Variant.A);
    assertThat(due.notice().data())
        .isEqualTo(Map.of("type", "campaign", "campaignId", CAMPAIGN.toString()));
  }

  @Test
  void theSecondTextReplacesWhatItGivesInBothLanguages() {
    CampaignOutreach outreach =
        outreach(
            "all",
            "{\"options\": {\"variant_b\": {\"share\": 50, \"title_tr\": \"İkinci\", \"title_en\": \"Second\"}}}",
            "Title",
            "Body");
    UUID a = one(50, Variant.A);
    UUID b = one(50, Variant.B);

    assertThat(texts(due(outreach, a, "tr"))).isEqualTo("A Başlık/Metin");
    assertThat(texts(due(outreach, b, "tr"))).isEqualTo("B İkinci/Metin");
    assertThat(texts(due(outreach, a, "en"))).isEqualTo("A Title/Body");
    assertThat(texts(due(outreach, b, "en"))).isEqualTo("B Second/Body");
  }

  private static String texts(Due due) {
    Notice notice = due.notice();
    assertThat(notice.data()).containsEntry("variant", due.variant().name());
    return "%s %s/%s".formatted(due.variant(), notice.title(), notice.body());
  }

  /** md5('6f1c2a52-6d0b-4c5e-9d83-0d4b6a7c8e90/00000000-…-00000000000N'), by md5sum and bc. */
  @ParameterizedTest
  @CsvSource({"1, 71", "2, 10", "3, 39", "4, 48", "5, 72", "6, 45"})
  void aCustomersNumberIsThatOfTheTwoIds(int customer, int number) {
    assertThat(SecondText.number(CAMPAIGN, new UUID(0, customer))).isEqualTo(number);
  }

  private static UUID one(int share, Variant variant) {
    UUID id = UUID.randomUUID();
    while (new SecondText(share, "x", null, null, null).of(CAMPAIGN, id) != variant) {
      id = UUID.randomUUID();
    }
    return id;
  }

  private static Due due(CampaignOutreach outreach, UUID id, String locale) {
    Version version = new Version(1, false, true);
    Customer customer =
        Customer.UNKNOWN
            .with(version, new Fact.Profiled(new Profile(false, true, locale)))
            .with(version, new Fact.Reachable(UUID.randomUUID(), new Device("t", "ios")));
    return outreach.dues(id, customer, MOMENT).get(0);
  }

  private static CampaignOutreach outreach(
      String audience, String filter, String titleEn, String bodyEn) {
    return CampaignOutreach.of(
        new Campaign(
            CAMPAIGN,
            Campaign.Status.PENDING,
            "Başlık",
            titleEn,
            "Metin",
            bodyEn,
            null,
            null,
            audience,
            filter,
            NOON),
        MOMENT.zone());
  }
}
