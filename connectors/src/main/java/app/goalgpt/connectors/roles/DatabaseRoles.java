package app.goalgpt.connectors.roles;

import static java.nio.charset.StandardCharsets.UTF_8;

import app.goalgpt.connectors.Migrations;
import app.goalgpt.connectors.database.Statements;
import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.DatabaseConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the roles that the parts log in as, and gives each the least that it needs: {@code
 * roles.sql}, a migration that is repeated whenever it comes out differently. Roles are made
 * without a password, with which nobody can log in by password; {@link #setPasswords} sets them.
 */
public final class DatabaseRoles implements JavaMigration {
  private static final Logger log = LoggerFactory.getLogger(DatabaseRoles.class);

  private final String sql;

  private DatabaseRoles(String prefix, AppTables tables) {
    String captured =
        Arrays.stream(AppTable.values())
            .filter(AppTable::isCaptured)
            .map(DatabaseRoles::mayCapture)
            .map(tables::sql)
            .collect(Collectors.joining("\n"));
    this.sql =
        Statements.read(DatabaseRoles.class, "roles.sql", tables)
            .replace("CAPTURED\n", captured + "\n")
            .replace("HISTORY", Migrations.HISTORY)
            .replace("PREFIX_", prefix + "_");
  }

  private static String mayCapture(AppTable table) {
    String columns =
        table.capturedColumns().stream()
            .map(column -> "{%s.%s}".formatted(table.specName(), column))
            .collect(Collectors.joining(", ", " (", ")"));
    return "GRANT SELECT%s ON {%s} TO \"PREFIX_replication\";"
        .formatted(table.capturedColumns().isEmpty() ? "" : columns, table.specName());
  }

  /**
   * The migration; empty when there are to be no roles, or when nobody asked for them and this
   * database's user may not make them.
   *
   * @throws IllegalStateException when they are asked for and cannot be made, or the database does
   *     not answer
   */
  public static Optional<DatabaseRoles> of(
      RolesConfig config, DatabaseConfig database, AppTables tables) {
    if (config.prefix().isEmpty()) {
      return Optional.empty();
    }
    String prefix = config.prefix().get();
    try (Connection connection = connect(database)) {
      if (mayMake(connection, prefix)) {
        return Optional.of(new DatabaseRoles(prefix, tables));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(
          "cannot look at the roles of %s: %s".formatted(database, Trouble.line(e)), e);
    }
    String obstacle =
        ("role \"%s\" may not make the roles %s (ALTER ROLE \"%1$s\" CREATEROLE, or have them made:"
                + " CREATE ROLE \"%3$s_replication\" LOGIN REPLICATION; CREATE ROLE \"%3$s_ledger\""
                + " LOGIN; CREATE ROLE \"%3$s_console\" LOGIN)")
            .formatted(database.user(), config, prefix);
    if (config.required()) {
      throw new IllegalStateException(obstacle + "; DATABASE_ROLES=none does without them");
    }
    log.warn("{}; the parts go on with the user that they are given", obstacle);
    return Optional.empty();
  }

  private static boolean mayMake(Connection connection, String prefix) throws SQLException {
    String question =
        "SELECT (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)"
            + " OR (SELECT count(*) = 3 FROM pg_roles WHERE rolname = ANY (?))";
    try (PreparedStatement statement = connection.prepareStatement(question)) {
      statement.setArray(
          1,
          connection.createArrayOf(
              "text",
              new String[] {prefix + "_replication", prefix + "_ledger", prefix + "_console"}));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /**
   * Sets the passwords that are given. The server gets, and logs, only what it would store: they
   * are salted and hashed here.
   *
   * @throws IllegalStateException when it refuses
   */
  public static void setPasswords(RolesConfig config, DatabaseConfig database) {
    String prefix = config.prefix().orElse(null);
    if (prefix == null) {
      return;
    }
    try (Connection connection = connect(database)) {
      PGConnection server = connection.unwrap(PGConnection.class);
      set(server, prefix + "_replication", config.replicationPassword());
      set(server, prefix + "_ledger", config.ledgerPassword());
      set(server, prefix + "_console", config.consolePassword());
    } catch (SQLException e) {
      throw new IllegalStateException(
          "cannot set the roles' passwords in %s: %s".formatted(database, Trouble.line(e)), e);
    }
  }

  private static void set(PGConnection server, String role, Optional<String> password)
      throws SQLException {
    if (password.isPresent()) {
      server.alterUserPassword(role, password.get().toCharArray(), "scram-sha-256");
      log.info("password of role {} set", role);
    }
  }

  private static Connection connect(DatabaseConfig database) throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  @Override
  public MigrationVersion getVersion() {
    return null; // repeatable
  }

  @Override
  public String getDescription() {
    return "roles of the parts";
  }

  @Override
  public Integer getChecksum() {
    CRC32 sum = new CRC32();
    sum.update(sql.getBytes(UTF_8));
    return (int) sum.getValue();
  }

  @Override
  public boolean canExecuteInTransaction() {
    return true;
  }

  @Override
  public void migrate(Context context) throws SQLException {
    try (Statement statement = context.getConnection().createStatement()) {
      statement.execute(sql);
    }
  }
}
