package app.goalgpt.connectors.partner;

import app.goalgpt.connectors.run.DatabaseJob;
import app.goalgpt.connectors.run.Progress;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Tick;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneId;
import javax.sql.DataSource;

/**
 * The job partner-analytics-rollup: closes the day before the tick's, of every approved partner.
 */
public final class PartnerRollup implements DatabaseJob {
  private final DataSource database;
  private final PartnerBooks books;
  private final ZoneId zone;

  /**
   * @param database connections that do not commit by themselves
   * @param zone the business time zone
   */
  public PartnerRollup(DataSource database, AppTables tables, ZoneId zone) {
    this.database = database;
    this.books = new PartnerBooks(tables, zone);
    this.zone = zone;
  }

  @Override
  public long run(Tick tick, Progress progress) throws SQLException {
    LocalDate yesterday = LocalDate.ofInstant(tick.plannedAt(), zone).minusDays(1);
    try (Connection connection = database.getConnection()) {
      int partners = books.close(connection, yesterday);
      progress.items(partners);
      return partners;
    }
  }
}
