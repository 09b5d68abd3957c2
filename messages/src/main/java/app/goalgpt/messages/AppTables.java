package app.goalgpt.messages;

import app.goalgpt.settings.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this deployment calls the app's tables and columns. {@code TABLE_SUBSCRIPTIONS=
 * customer_subscriptions} renames a table, {@code COLUMN_CUSTOMER_PUSH_TOKENS__FCM_TOKEN=token} a
 * column (two underscores part table and column), {@code
 * TABLE_MATCH_COMMENT_LIKES_ARCHIVE=old_likes} a table's archive.
 */
public final class AppTables {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
  private static final String ALLOWED =
      "a plain Postgres name: at most 63 letters, digits, underscores";
  private static final String ARCHIVE = "_archive";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_]+)(?:\\.([a-z_]+))?}");

  private final String schema;
  private final Map<AppTable, String> tables = new TreeMap<>();
  private final Map<AppTable, String> archives = new TreeMap<>();
  private final Map<String, String> columns = new TreeMap<>();

  private AppTables(Settings settings) {
    schema = settings.matching("DATABASE_SCHEMA", "public", NAME, ALLOWED);
    for (AppTable table : AppTable.values()) {
      tables.put(
          table, settings.matching("TABLE_" + table.name(), table.specName(), NAME, ALLOWED));
      if (table.isArchived()) {
        String setting = "TABLE_" + table.name() + "_ARCHIVE";
        archives.put(table, settings.matching(setting, table(table) + ARCHIVE, NAME, ALLOWED));
      }
    }
    settings
        .startingWith("COLUMN_")
        .forEach(
            (name, value) ->
                columns.put(
                    name.toLowerCase(Locale.ROOT).replaceFirst("__", "."),
                    settings.matching("COLUMN_" + name, value, NAME, ALLOWED)));
  }

  public static AppTables from(Settings settings) {
    return new AppTables(settings);
  }

  public String schema() {
    return schema;
  }

  /** The table's name in this database, without its schema. */
  public String table(AppTable table) {
    return tables.get(table);
  }

  /** The name in this database, without its schema, of the archive of a table that has one. */
  public String archive(AppTable table) {
    return archives.get(table);
  }

  /** The name in this database of a column that SPEC calls {@code specColumn}. */
  public String column(AppTable table, String specColumn) {
    return columns.getOrDefault(table.specName() + "." + specColumn, specColumn);
  }

  /** The captured columns of a table by this database's names; empty for all of them. */
  public List<String> capturedColumns(AppTable table) {
    return table.capturedColumns().stream().map(column -> column(table, column)).toList();
  }

  /** The captured table of that name in this database. */
  public Optional<AppTable> captured(String tableName) {
    return Arrays.stream(AppTable.values())
        .filter(AppTable::isCaptured)
        .filter(table -> table(table).equals(tableName))
        .findFirst();
  }

  /**
   * SQL with this database's names: {@code {referrals}} becomes the quoted table with its schema,
   * {@code {match_comment_likes_archive}} its archive, {@code {referrals.tier}} the quoted column,
   * {@code {schema}} the quoted schema.
   */
  public String sql(String template) {
    Matcher matcher = PLACEHOLDER.matcher(template);
    StringBuilder sql = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(
          sql, Matcher.quoteReplacement(name(matcher.group(1), matcher.group(2))));
    }
    return matcher.appendTail(sql).toString();
  }

  private String name(String relation, String column) {
    if (relation.equals("schema")) {
      return quoted(schema);
    }
    return column == null
        ? quoted(schema) + "." + quoted(relation(relation))
        : quoted(column(named(relation), column));
  }

  private String relation(String specName) {
    return specName.endsWith(ARCHIVE)
        ? archive(named(specName.substring(0, specName.length() - ARCHIVE.length())))
        : table(named(specName));
  }

  private static AppTable named(String specName) {
    return AppTable.valueOf(specName.toUpperCase(Locale.ROOT));
  }

  private static String quoted(String name) {
    return '"' + name + '"';
  }
}
