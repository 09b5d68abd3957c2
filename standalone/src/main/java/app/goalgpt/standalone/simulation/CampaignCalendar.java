package app.goalgpt.standalone.simulation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** What the app's marketing has planned for the evening and the morning after. */
public final class CampaignCalendar {
  private static final String INSERT =
      """
      INSERT INTO scheduled_notifications
        (id, title_tr, title_en, body_tr, body_en, deep_link_url, target_audience, segment_filter, scheduled_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?)
      """;

  /**
   * @param after how long after the population's now
   */
  private record Entry(
      Duration after,
      String audience,
      String filter,
      String titleTr,
      String titleEn,
      String bodyTr,
      String bodyEn,
      String link) {}

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(
              Duration.ofMinutes(32),
              "segment",
              "{\"xp_level\": [\"silver\", \"gold\", \"platinum\"], \"current_streak_days\": {\"gte\": 5}}",
              "Seri avcılarına özel 🎯",
              "For streak hunters 🎯",
              "Bu akşamın derbisine ilk tahmin senden gelsin!",
              "Be the first to call tonight's derby!",
              "goalgpt://matches"),
          new Entry(
              Duration.ofMinutes(32 + 12 * 60),
              "vip",
              null,
              "VIP sabah bülteni 👑",
              "VIP morning briefing 👑",
              "Günün banko maçları seni bekliyor",
              "Today's safest picks are waiting for you",
              "goalgpt://vip"));

  private CampaignCalendar() {}

  /** Adds the campaigns to the app's table, in one batch of the connection's transaction. */
  public static void install(Connection connection, Population.Plan plan) throws SQLException {
    Seeded seeded = new Seeded(plan.seed());
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int i = 0; i < ENTRIES.size(); i++) {
        Entry entry = ENTRIES.get(i);
        UUID id = seeded.id("campaign", i);
        insert.setObject(1, id);
        insert.setString(2, entry.titleTr());
        insert.setString(3, entry.titleEn());
        insert.setString(4, entry.bodyTr());
        insert.setString(5, entry.bodyEn());
        insert.setString(6, entry.link());
        insert.setString(7, entry.audience());
        insert.setString(8, entry.filter());
        insert.setObject(9, plan.now().plus(entry.after()).atOffset(ZoneOffset.UTC));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
