package app.goalgpt.topology.campaign;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * How a campaign wants to be sent: {@code segment_filter.options}, with every audience. Strict, as
 * the filter is: what is not understood might have been a restriction.
 *
 * @param bestHourWithin hours of the window in which each customer's best one is waited for, null
 *     when all are told at once
 * @param secondText tried against the campaign's own, null when there is none
 */
record CampaignOptions(Integer bestHourWithin, SecondText secondText) {
  private static final CampaignOptions NONE = new CampaignOptions(null, null);
  private static final String NAME = "segment_filter." + SegmentFilter.OPTIONS;
  private static final String BEST_HOUR = "best_hour_within_hours";
  private static final String SECOND = "variant_b";
  private static final int LONGEST_TEXT = 2000;

  /**
   * @throws MalformedMessageException naming the field, what it is and what is allowed
   */
  static CampaignOptions of(Campaign campaign) {
    JsonNode options = node(campaign);
    if (options == null) {
      return NONE;
    }
    known(NAME, options, List.of(BEST_HOUR, SECOND));
    JsonNode within = options.get(BEST_HOUR);
    return new CampaignOptions(
        within == null ? null : whole(NAME + "." + BEST_HOUR, within, 1, 24),
        secondText(campaign, options.get(SECOND)));
  }

  /** Where the filter is none, nobody looks at it, and there are no options in it. */
  private static JsonNode node(Campaign campaign) {
    if (campaign.filter() == null) {
      return null;
    }
    try {
      JsonNode filter = Json.MAPPER.readTree(campaign.filter());
      return filter == null ? null : filter.get(SegmentFilter.OPTIONS);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static SecondText secondText(Campaign campaign, JsonNode asked) {
    if (asked == null) {
      return null;
    }
    String name = NAME + "." + SECOND;
    known(name, asked, List.of("share", "title_tr", "title_en", "body_tr", "body_en"));
    SecondText text =
        new SecondText(
            whole(name + ".share", asked.path("share"), 1, 99),
            text(name, asked, "title_tr"),
            text(name, asked, "title_en"),
            text(name, asked, "body_tr"),
            text(name, asked, "body_en"));
    if (text.titleTr() == null && text.bodyTr() == null) {
      throw new MalformedMessageException(
          name + " has no text: allowed is title_tr, body_tr or both");
    }
    bothLanguages(name, "title", text.titleTr(), text.titleEn(), campaign.titleEn());
    bothLanguages(name, "body", text.bodyTr(), text.bodyEn(), campaign.bodyEn());
    return text;
  }

  /** Otherwise customers of one language would get the same text, and be counted for two. */
  private static void bothLanguages(
      String name, String text, String turkish, String english, String ownEnglish) {
    boolean wanted = turkish != null && ownEnglish != null;
    if (wanted != (english != null)) {
      throw new MalformedMessageException(
          "%s.%s_en is %s: allowed is %s"
              .formatted(
                  name,
                  text,
                  wanted ? "missing" : "there",
                  wanted
                      ? "a text, as the campaign's own " + text + " has an English one"
                      : "none without a %s_tr beside it and a %s_en of the campaign's own"
                          .formatted(text, text)));
    }
  }

  private static String text(String name, JsonNode asked, String field) {
    JsonNode text = asked.get(field);
    if (text == null) {
      return null;
    }
    if (!text.isTextual()
        || text.textValue().isBlank()
        || text.textValue().length() > LONGEST_TEXT) {
      throw bad(name + "." + field, text, "a text of 1 to " + LONGEST_TEXT + " characters");
    }
    return text.textValue();
  }

  private static int whole(String name, JsonNode asked, int least, int most) {
    if (!asked.isInt() || asked.intValue() < least || asked.intValue() > most) {
      throw bad(name, asked, "a whole number from %d to %d".formatted(least, most));
    }
    return asked.intValue();
  }

  private static void known(String name, JsonNode asked, List<String> fields) {
    if (!asked.isObject() || asked.isEmpty()) {
      throw bad(name, asked, "an object with " + String.join(", ", fields));
    }
    for (Map.Entry<String, JsonNode> field : asked.properties()) {
      if (!fields.contains(field.getKey())) {
        throw new MalformedMessageException(
            "%s.%s is no option: allowed are %s"
                .formatted(name, SegmentFilter.shown(field.getKey()), String.join(", ", fields)));
      }
    }
  }

  private static MalformedMessageException bad(String name, JsonNode node, String allowed) {
    String found = node.isMissingNode() ? "missing" : SegmentFilter.shown(node.toString());
    return new MalformedMessageException("%s is %s: allowed is %s".formatted(name, found, allowed));
  }
}
