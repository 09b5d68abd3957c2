package app.goalgpt.embedded;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;

/**
 * Starts Postgres, in the folder that it is given or a temporary one, commits a row, prints the
 * data folder, and waits to be killed.
 */
final class PostgresMain {
  private PostgresMain() {}

  public static void main(String[] arguments) throws Exception {
    try (EmbeddedPostgres postgres =
            arguments.length > 0
                ? EmbeddedPostgres.in(Path.of(arguments[0]))
                : EmbeddedPostgres.temporary();
        Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
      try (ResultSet row = statement.executeQuery("SHOW data_directory")) {
        row.next();
        System.out.println(row.getString(1));
      }
      Thread.currentThread().join();
    }
  }
}
