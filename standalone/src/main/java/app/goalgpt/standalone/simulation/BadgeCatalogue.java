package app.goalgpt.standalone.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The app's badges, as the table {@code badges.txt} beside this class has them. */
public final class BadgeCatalogue {
  private static final String RESOURCE = "badges.txt";
  private static final String INSERT =
      """
      INSERT INTO badges (id, slug, name_tr, name_en, description_tr, description_en, icon_url, category, rarity,
                          unlock_condition, reward_xp, reward_credits, reward_vip_days, is_active, display_order)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?)
      """;
  private static final List<Badge> ALL = read();

  private BadgeCatalogue() {}

  public static List<Badge> all() {
    return ALL;
  }

  /** Adds the badges to the app's table, in one batch of the connection's transaction. */
  public static void install(Connection connection, List<Badge> badges) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (Badge badge : badges) {
        List<Object> row = row(badge, badges.indexOf(badge));
        for (int i = 0; i < row.size(); i++) {
          insert.setObject(i + 1, row.get(i));
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static List<Object> row(Badge badge, int order) {
    List<Object> row = new ArrayList<>();
    row.addAll(List.of(badge.id(), badge.slug(), badge.nameTr(), badge.nameEn()));
    row.addAll(List.of(badge.nameTr() + " rozeti", "The " + badge.nameEn() + " badge"));
    row.addAll(List.of(badge.iconUrl(), badge.category(), badge.rarity(), badge.condition()));
    row.addAll(List.of(badge.xp(), badge.credits(), badge.vipDays(), badge.active(), order));
    return row;
  }

  private static List<Badge> read() {
    try (InputStream in = BadgeCatalogue.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(2)
          .map(BadgeCatalogue::badge)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  private static Badge badge(String line) {
    String[] cells = line.strip().split("\\s+\\|\\s+");
    return new Badge(
        cells[0],
        cells[1],
        cells[2],
        cells[3],
        cells[4],
        cells[5],
        Integer.parseInt(cells[6]),
        Integer.parseInt(cells[7]),
        Integer.parseInt(cells[8]),
        cells[9].equals("yes"));
  }
}
