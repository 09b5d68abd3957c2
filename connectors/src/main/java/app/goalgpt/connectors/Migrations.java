package app.goalgpt.connectors;

import app.goalgpt.connectors.roles.DatabaseRoles;
import app.goalgpt.connectors.roles.RolesConfig;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.DatabaseConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.migration.JavaMigration;

/**
 * Brings what this system adds to the app's database up to date, and nothing else: versioned
 * scripts, each run once, recorded in {@value #HISTORY}. The app's own tables are the app's.
 *
 * <p>A script says {@code ${schema}}, {@code ${referrals}}, {@code ${referrals__tier}} and {@code
 * ${match_comment_likes_archive}} where this deployment's names belong.
 */
public final class Migrations {
  /** The table that says which scripts have run. */
  public static final String HISTORY = "goalgpt_schema_history";

  private Migrations() {}

  /**
   * Runs the scripts that have not run yet; harmless when there is none, and when several processes
   * do it at the same time.
   *
   * @throws IllegalStateException when the database cannot be reached or refuses a script, saying
   *     what it said
   */
  public static void migrate(DatabaseConfig database, AppTables tables) {
    migrate(database, tables, new JavaMigration[0]);
  }

  /**
   * The same, and the roles that the parts log in as, with the passwords that are given.
   *
   * @throws IllegalStateException also when the roles are asked for and cannot be made
   */
  public static void migrate(DatabaseConfig database, AppTables tables, RolesConfig roles) {
    Optional<DatabaseRoles> migration = DatabaseRoles.of(roles, database, tables);
    migrate(database, tables, migration.stream().toArray(JavaMigration[]::new));
    if (migration.isPresent()) {
      DatabaseRoles.setPasswords(roles, database);
    }
  }

  private static void migrate(
      DatabaseConfig database, AppTables tables, JavaMigration[] alsoInCode) {
    try {
      Flyway.configure(Migrations.class.getClassLoader())
          .dataSource(database.jdbcUrl(), database.user(), database.password())
          .locations("classpath:app/goalgpt/connectors/migrations")
          .javaMigrations(alsoInCode)
          // The roles are the migrate command's business; others find them done.
          .ignoreMigrationPatterns("*:future", "repeatable:missing")
          .placeholders(placeholders(tables))
          .defaultSchema(tables.schema())
          .createSchemas(false)
          .table(HISTORY)
          .baselineOnMigrate(true)
          .baselineVersion("0")
          .baselineDescription("before this system")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new IllegalStateException(
          "cannot bring the tables that this system adds to %s up to date: %s"
              .formatted(database, e.getMessage().strip()),
          e);
    }
  }

  private static Map<String, String> placeholders(AppTables tables) {
    Map<String, String> names = new HashMap<>();
    names.put("schema", tables.schema());
    for (AppTable table : AppTable.values()) {
      names.put(table.specName(), tables.table(table));
      for (String column : table.capturedColumns()) {
        names.put(table.specName() + "__" + column, tables.column(table, column));
      }
      if (table.isArchived()) {
        names.put(table.specName() + "__id", tables.column(table, "id"));
        names.put(table.specName() + "_archive", tables.archive(table));
      }
    }
    return names;
  }
}
