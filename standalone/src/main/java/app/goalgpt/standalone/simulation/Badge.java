package app.goalgpt.standalone.simulation;

import java.util.UUID;

/**
 * One row of the app's badges.
 *
 * @param condition unlock_condition, JSON text
 * @param active whether it can be earned from the start; otherwise the traffic publishes it later
 */
public record Badge(
    String slug,
    String nameTr,
    String nameEn,
    String category,
    String rarity,
    String condition,
    int xp,
    int credits,
    int vipDays,
    boolean active) {

  /** The same in every database, so that a run can be compared with another. */
  public UUID id() {
    return new Seeded(0).id("badge/" + slug, 0);
  }

  String iconUrl() {
    return "https://cdn.example/badges/" + slug + ".png";
  }
}
