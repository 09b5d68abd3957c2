package app.goalgpt.topology.job;

import app.goalgpt.messages.Job;
import app.goalgpt.topology.announcement.Notice;
import app.goalgpt.topology.change.Versioned;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One alert for each active subscription that ends on the third day from today. */
final class SubscriptionExpiryAlerts implements Outreach {
  private static final int DAYS_AHEAD = 3;
  private static final Duration WORTH_SENDING = Duration.ofHours(24);

  @Override
  public List<Due> to(UUID customerId, Customer customer, BusinessMoment moment) {
    LocalDate day = moment.today().plusDays(DAYS_AHEAD);
    return customer.subscriptions().entrySet().stream()
        .filter(row -> row.getValue().get().filter(s -> endsOn(s, day, moment)).isPresent())
        .sorted(Map.Entry.comparingByKey())
        .map(row -> due(row, day, customer.english(), moment))
        .toList();
  }

  private static boolean endsOn(Subscription subscription, LocalDate day, BusinessMoment moment) {
    return subscription.active()
        && subscription.expiresAt() != null
        && moment.dateOf(subscription.expiresAt()).equals(day);
  }

  private static Due due(
      Map.Entry<UUID, Versioned<Subscription>> row,
      LocalDate day,
      boolean english,
      BusinessMoment moment) {
    return new Due(
        "%s/%s/%s".formatted(Job.SUBSCRIPTION_EXPIRY_ALERTS.specName(), row.getKey(), day),
        notice(row.getValue().value().expiresAt(), english),
        moment.at().plus(WORTH_SENDING));
  }

  private static Notice notice(Instant expiresAt, boolean english) {
    Map<String, String> data =
        Map.of(
            "type", "subscription_expiry",
            "daysRemaining", Integer.toString(DAYS_AHEAD),
            "expiredAt", expiresAt.toString());
    String link = "goalgpt://paywall";
    return english
        ? new Notice(
            "VIP Membership Reminder 👑",
            "Your VIP membership ends in %d days. Don't forget to renew!".formatted(DAYS_AHEAD),
            data,
            link,
            null)
        : new Notice(
            "VIP Üyelik Uyarısı 👑",
            "VIP üyeliğin %d gün sonra sona eriyor. Yenilemeyi unutma!".formatted(DAYS_AHEAD),
            data,
            link,
            null);
  }
}
