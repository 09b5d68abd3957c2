package app.goalgpt.topology.job;

import app.goalgpt.messages.Job;
import app.goalgpt.topology.announcement.Notice;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Standing;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Those with a streak of 3 days or more that ends at midnight: last active yesterday. */
final class StreakBreakWarnings implements Outreach {
  private static final int SHORTEST = 3;

  @Override
  public List<Due> to(UUID customerId, Customer customer, BusinessMoment moment) {
    return customer
        .standing()
        .get()
        .filter(standing -> standing.streakDays() >= SHORTEST)
        .filter(standing -> moment.today().minusDays(1).equals(standing.lastActivity()))
        .map(standing -> List.of(due(standing, customer.english(), moment)))
        .orElse(List.of());
  }

  private static Due due(Standing standing, boolean english, BusinessMoment moment) {
    return new Due(
        Job.STREAK_BREAK_WARNINGS.specName() + "/" + moment.today(),
        notice(standing.streakDays(), moment.hoursLeft(), english),
        moment.endOfDay());
  }

  private static Notice notice(int streak, long hours, boolean english) {
    Map<String, String> data =
        Map.of("type", "streak_warning", "currentStreak", Integer.toString(streak));
    String link = "goalgpt://home";
    return english
        ? new Notice(
            "Streak Warning 🔥",
            "Don't lose your "
                + streak
                + "-day streak! "
                + hours
                + (hours == 1 ? " hour" : " hours")
                + " left until midnight ⏰",
            data,
            link,
            null)
        : new Notice(
            "Streak Uyarısı 🔥",
            streak + " günlük serini kaybetme! Gece yarısına " + hours + " saat kaldı ⏰",
            data,
            link,
            null);
  }
}
