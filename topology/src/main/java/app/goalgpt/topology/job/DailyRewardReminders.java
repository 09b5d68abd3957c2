package app.goalgpt.topology.job;

import app.goalgpt.messages.Job;
import app.goalgpt.topology.announcement.Notice;
import app.goalgpt.topology.customer.Claim;
import app.goalgpt.topology.customer.Claims;
import app.goalgpt.topology.customer.Customer;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Those who claimed in the last 7 days and not yet today, with what waits for them. */
final class DailyRewardReminders implements Outreach {
  private static final int DAYS = 7;
  private static final int[] CREDITS = {10, 15, 20, 25, 30, 40, 100};
  private static final int[] XP = {10, 15, 20, 25, 30, 40, 50};

  @Override
  public List<Due> to(UUID customerId, Customer customer, BusinessMoment moment) {
    LocalDate today = moment.today();
    Optional<Claim> last = Claims.lastUpTo(customer, today);
    if (last.isEmpty()
        || last.get().date().equals(today)
        || last.get().date().isBefore(today.minusDays(DAYS))) {
      return List.of();
    }
    int day = nextDay(last.get(), today);
    return List.of(
        new Due(
            Job.DAILY_REWARD_REMINDERS.specName() + "/" + today,
            notice(day, customer.english()),
            moment.endOfDay()));
  }

  private static int nextDay(Claim last, LocalDate today) {
    return last.date().equals(today.minusDays(1)) ? last.day() % DAYS + 1 : 1;
  }

  private static Notice notice(int day, boolean english) {
    int credits = CREDITS[day - 1];
    Map<String, String> data =
        Map.of(
            "type", "daily_reward",
            "day", Integer.toString(day),
            "credits", Integer.toString(credits),
            "xp", Integer.toString(XP[day - 1]));
    String link = "goalgpt://daily-rewards";
    return english
        ? new Notice(
            "Daily Reward",
            "Don't forget to claim your daily reward! %d credits are waiting for you today 🎁"
                .formatted(credits),
            data,
            link,
            null)
        : new Notice(
            "Günlük Ödül",
            "Günlük ödülünü almayı unutma! Bugün %d kredi seni bekliyor 🎁".formatted(credits),
            data,
            link,
            null);
  }
}
