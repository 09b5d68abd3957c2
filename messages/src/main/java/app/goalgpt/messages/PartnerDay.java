package app.goalgpt.messages;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * Public: a partner's day so far, all of its numbers, whenever one of them may have changed; keyed
 * by the partner. The nightly rollup closes the day in partner_analytics.
 *
 * @param schemaVersion {@value #SCHEMA_VERSION}; raised when a field changes its meaning or goes
 * @param date the day, in the business time zone
 * @param newSignups referrals with the partner's code, created that day
 * @param newSubscriptions subscriptions with that code, created that day
 * @param revenue of those subscriptions, two decimals
 * @param commission the partner's share of it at the present rate, two decimals, rounded half up
 * @param activeSubscribers subscriptions with that code that are not over when the day ends
 * @param churnCount subscriptions with that code that expired that day
 * @param countedAt when this was counted, by the clock of the machine
 */
public record PartnerDay(
    int schemaVersion,
    UUID partnerId,
    LocalDate date,
    int newSignups,
    int newSubscriptions,
    @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal revenue,
    @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal commission,
    int activeSubscribers,
    int churnCount,
    Instant countedAt) {
  public static final int SCHEMA_VERSION = 1;
}
