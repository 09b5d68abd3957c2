package app.goalgpt.standalone.platform;

import app.goalgpt.settings.DatabaseConfig;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections for what is done now and then; the parts have pools of their own. */
public final class Databases {
  private Databases() {}

  /** Every connection is a new one. */
  public static DataSource of(DatabaseConfig database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(database.jdbcUrl());
    source.setUser(database.user());
    source.setPassword(database.password());
    source.setApplicationName("goalgpt");
    return source;
  }
}
