package app.goalgpt.connectors.audience;

import app.goalgpt.connectors.audience.CampaignRow.Place;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.RunProgress;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Reads a campaign and the customers' rows as a snapshot would put them on the change topics, all
 * as of one moment, in a transaction that can write nothing. Who is meant by the campaign is not
 * decided here: that rule is the topology's.
 */
public final class AudienceReader {
  private static final int FETCH = 1_000;

  /** A snapshot's read; where in the log it stands does not matter among rows of one moment. */
  private static final String ENVELOPE =
      "{\"op\":\"r\",\"source\":{\"lsn\":1,\"ts_ms\":0},\"after\":%s}";

  private static final String CAMPAIGN =
      """
      SELECT %s, n.{scheduled_notifications.status}, n.{scheduled_notifications.sent_at},
             n.{scheduled_notifications.recipient_count}, n.{scheduled_notifications.success_count}
        FROM %s n WHERE n.{scheduled_notifications.id} = ?
      """;

  private static final String LOGGED =
      """
      SELECT NULL, l.{job_execution_logs.status}, NULL::timestamptz, l.{job_execution_logs.items_processed}, 0
        FROM {job_execution_logs} l
       WHERE l.{job_execution_logs.id} = ? AND l.{job_execution_logs.job_name} = '%s'
      """
          .formatted(RunProgress.CAMPAIGN);

  private final Connection connection;
  private final AppTables tables;

  /** One customer's rows. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param rows change records by their table, as a snapshot would have them; of {@link
     *     AppTable#REFERRALS} those in which the customer is the referrer
     */
    void customer(UUID id, Map<AppTable, List<byte[]>> rows);
  }

  private AudienceReader(Connection connection, AppTables tables) {
    this.connection = connection;
    this.tables = tables;
  }

  /**
   * Begins the transaction, on a connection that is then for this alone; whoever opened it ends it.
   */
  public static AudienceReader in(Connection connection, AppTables tables) throws SQLException {
    connection.setAutoCommit(false);
    connection.setReadOnly(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL TIME ZONE 'UTC'"); // a timestamp without a zone is read so
    }
    return new AudienceReader(connection, tables);
  }

  /** The campaign, or what is left of it; empty when nothing is. */
  public Optional<CampaignRow> campaign(UUID id) throws SQLException {
    String row = json(AppTable.SCHEDULED_NOTIFICATIONS, "n");
    Optional<CampaignRow> found =
        campaign(Place.TABLE, CAMPAIGN.formatted(row, "{scheduled_notifications}"), id);
    if (found.isEmpty()) {
      String archived = CAMPAIGN.formatted("NULL", "{scheduled_notifications_archive}");
      found = campaign(Place.ARCHIVE, archived, id);
    }
    return found.isEmpty() ? campaign(Place.JOB_LOG, LOGGED, id) : found;
  }

  private Optional<CampaignRow> campaign(Place place, String sql, UUID id) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(tables.sql(sql))) {
      select.setObject(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        String columns = row.getString(1);
        OffsetDateTime sentAt = row.getObject(3, OffsetDateTime.class);
        return Optional.of(
            new CampaignRow(
                place,
                columns == null ? null : change(columns),
                row.getString(2),
                sentAt == null ? null : sentAt.toInstant(),
                row.getLong(4),
                row.getLong(5)));
      }
    }
  }

  /**
   * Every row of customer_users, with what belongs to it in the tables asked for.
   *
   * @param asked tables whose rows are of one customer
   */
  public void customers(Set<AppTable> asked, Visitor visitor) throws SQLException {
    List<AppTable> others =
        asked.stream().filter(table -> table != AppTable.CUSTOMER_USERS).sorted().toList();
    try (PreparedStatement select = connection.prepareStatement(tables.sql(query(others)))) {
      select.setFetchSize(FETCH);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Map<AppTable, List<byte[]>> rows = new EnumMap<>(AppTable.class);
          rows.put(AppTable.CUSTOMER_USERS, List.of(change(row.getString(2))));
          for (int i = 0; i < others.size(); i++) {
            rows.put(others.get(i), changes(row.getArray(i + 3)));
          }
          visitor.customer(row.getObject(1, UUID.class), rows);
        }
      }
    }
  }

  /** Each table is read once, whole: no index is asked for. */
  private String query(List<AppTable> others) {
    StringBuilder columns = new StringBuilder("u.{customer_users.id}, ");
    columns.append(json(AppTable.CUSTOMER_USERS, "u"));
    StringBuilder joins = new StringBuilder();
    for (AppTable table : others) {
      String name = table.specName();
      columns.append(", of_").append(name).append(".rows");
      joins.append(
          """
           LEFT JOIN (SELECT t.{%1$s.%2$s} AS customer, array_agg(%3$s) AS rows FROM {%1$s} t GROUP BY 1) of_%1$s
             ON of_%1$s.customer = u.{customer_users.id}
          """
              .formatted(name, customer(table), json(table, "t")));
    }
    return "SELECT %s FROM {customer_users} u %s".formatted(columns, joins);
  }

  private static String customer(AppTable table) {
    return table == AppTable.REFERRALS ? "referrer_user_id" : table.keyColumn();
  }

  /** SQL: the captured columns of a row, as JSON that a change record has. */
  private String json(AppTable table, String alias) {
    return table.capturedColumns().stream()
        .map(
            column ->
                "'%s', ".formatted(tables.column(table, column))
                    + (isSecret(table, column)
                        ? "'-'"
                        : "%s.{%s.%s}%s"
                            .formatted(alias, table.specName(), column, cast(table, column))))
        .collect(Collectors.joining(", ", "json_build_object(", ")::text"));
  }

  /** Whoever counts devices need not read their tokens, nor have the right to. */
  private static boolean isSecret(AppTable table, String column) {
    return table == AppTable.CUSTOMER_PUSH_TOKENS && column.equals("fcm_token");
  }

  /** JSON in a column travels as text, timestamps with their zone. */
  private static String cast(AppTable table, String column) {
    if (table == AppTable.SCHEDULED_NOTIFICATIONS && column.equals("segment_filter")) {
      return "::text";
    }
    return column.endsWith("_at") ? "::timestamptz" : "";
  }

  private static List<byte[]> changes(Array rows) throws SQLException {
    if (rows == null) {
      return List.of();
    }
    List<byte[]> changes = new ArrayList<>();
    for (String row : (String[]) rows.getArray()) {
      changes.add(change(row));
    }
    return changes;
  }

  private static byte[] change(String row) {
    return ENVELOPE.formatted(row).getBytes(StandardCharsets.UTF_8);
  }
}
