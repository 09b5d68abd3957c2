package app.goalgpt.connectors.queries;

import app.goalgpt.messages.AppTables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Campaigns, the latest first. */
public final class CampaignQueries {
  private static final String COLUMNS =
      """
      n.{scheduled_notifications.id} AS id, n.{scheduled_notifications.title_tr} AS title_tr,
      n.{scheduled_notifications.title_en} AS title_en, n.{scheduled_notifications.body_tr} AS body_tr,
      n.{scheduled_notifications.body_en} AS body_en, n.{scheduled_notifications.target_audience} AS audience,
      n.{scheduled_notifications.segment_filter}::text AS filter, n.{scheduled_notifications.scheduled_at} AS scheduled_at,
      n.{scheduled_notifications.sent_at} AS sent_at, n.{scheduled_notifications.status} AS status,
      n.{scheduled_notifications.recipient_count} AS recipients, n.{scheduled_notifications.success_count} AS accepted,
      n.{scheduled_notifications.failure_count} AS refused
      """;

  private static final String VARIANTS =
      """
      SELECT campaign_id, variant, recipient_count, success_count, failure_count
        FROM {schema}.campaign_variants WHERE campaign_id = ANY (?::uuid[]) ORDER BY campaign_id, variant
      """;

  private final AppTables tables;

  public CampaignQueries(AppTables tables) {
    this.tables = tables;
  }

  /**
   * @param status only those with it; null is any
   * @param before those that come after this one; null is from the latest on
   */
  public List<CampaignRecord> page(Connection connection, String status, Cursor before, int limit)
      throws SQLException {
    StringBuilder sql =
        new StringBuilder("SELECT " + COLUMNS + " FROM {scheduled_notifications} n WHERE true");
    List<Object> values = new ArrayList<>();
    if (status != null) {
      sql.append(" AND n.{scheduled_notifications.status} = ?");
      values.add(status);
    }
    if (before != null) {
      sql.append(
          " AND (n.{scheduled_notifications.scheduled_at}, n.{scheduled_notifications.id}) < (?, ?)");
      values.add(before.at());
      values.add(before.id());
    }
    sql.append(
        " ORDER BY n.{scheduled_notifications.scheduled_at} DESC,"
            + " n.{scheduled_notifications.id} DESC LIMIT ?");
    values.add(limit);
    return Rows.of(connection, tables.sql(sql.toString()), values, CampaignQueries::campaign);
  }

  public Optional<CampaignRecord> campaign(Connection connection, UUID id) throws SQLException {
    String sql =
        "SELECT "
            + COLUMNS
            + " FROM {scheduled_notifications} n WHERE n.{scheduled_notifications.id} = ?";
    return Rows.of(connection, tables.sql(sql), List.of(id), CampaignQueries::campaign).stream()
        .findFirst();
  }

  /** Of each that tries two texts, what came of either so far; the others are absent. */
  public Map<UUID, List<CampaignRecord.Variant>> variants(Connection connection, List<UUID> ids)
      throws SQLException {
    return Rows.of(
            connection,
            tables.sql(VARIANTS),
            List.of((Object) ids.stream().map(UUID::toString).toArray()),
            row -> Map.entry(row.getObject(1, UUID.class), variant(row)))
        .stream()
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
  }

  private static CampaignRecord.Variant variant(ResultSet row) throws SQLException {
    return new CampaignRecord.Variant(
        row.getString(2), row.getLong(3), row.getLong(4), row.getLong(5));
  }

  private static CampaignRecord campaign(ResultSet row) throws SQLException {
    return new CampaignRecord(
        row.getObject("id", UUID.class),
        row.getString("title_tr"),
        row.getString("title_en"),
        row.getString("body_tr"),
        row.getString("body_en"),
        row.getString("audience"),
        row.getString("filter"),
        Rows.instant(row, "scheduled_at"),
        Rows.instant(row, "sent_at"),
        row.getString("status"),
        row.getLong("recipients"),
        row.getLong("accepted"),
        row.getLong("refused"));
  }
}
