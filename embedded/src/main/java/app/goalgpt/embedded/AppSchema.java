package app.goalgpt.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The app's own tables (SPEC, "The app's tables"), for databases that no app has set up: the
 * embedded run and tests. It holds nothing of this system's.
 */
public final class AppSchema {
  private static final String RESOURCE = "app-schema.sql";

  private AppSchema() {}

  /**
   * Creates every table of the app in the first schema of the connection's search path.
   *
   * @throws SQLException when a table is there already, or may not be created
   */
  public static void install(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql());
    }
  }

  /** The statements, for those who run them by other means. */
  public static String sql() {
    try (InputStream in = AppSchema.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }
}
