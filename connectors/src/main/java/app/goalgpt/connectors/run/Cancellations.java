package app.goalgpt.connectors.run;

import app.goalgpt.connectors.batch.BatchConsumer;
import app.goalgpt.connectors.batch.Workplace;
import app.goalgpt.connectors.database.Statements;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.CampaignCancellation;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what {@link Topic#CAMPAIGN_CANCELLATIONS} asks for: the campaign's row becomes {@code
 * cancelled}, and its change stops the sending. One that is over stays what it is; the same again
 * changes nothing.
 */
public final class Cancellations implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Cancellations.class);
  private static final int BATCH = 100;

  private final DataSource database;
  private final String cancel;
  private final BatchConsumer<CampaignCancellation> asked;
  private final String topic;

  /**
   * @param database connections that do not commit by themselves
   */
  public Cancellations(Workplace workplace, DataSource database, AppTables tables) {
    this.database = database;
    this.cancel = Statements.read(Cancellations.class, "cancel_campaigns.sql", tables);
    this.topic = workplace.topics().name(Topic.CAMPAIGN_CANCELLATIONS);
    this.asked =
        workplace.consumer(
            "campaign-cancellations",
            BATCH,
            Map.of(),
            record -> checked(Json.read(record.value(), CampaignCancellation.class)),
            this::carryOut);
  }

  /** Starts to listen. */
  public void start() {
    asked.start(topic);
  }

  private static CampaignCancellation checked(CampaignCancellation asked) {
    if (asked.campaignId() == null) {
      throw new MalformedMessageException("campaignId is missing");
    }
    return asked;
  }

  private Map<Integer, CampaignCancellation> carryOut(List<CampaignCancellation> batch)
      throws SQLException {
    Object[] ids = batch.stream().map(CampaignCancellation::campaignId).distinct().toArray();
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(cancel)) {
      update.setArray(1, connection.createArrayOf("uuid", ids));
      int cancelled = update.executeUpdate();
      connection.commit();
      log.info("campaigns cancelled: {} of {} asked for", cancelled, ids.length);
      return Map.of();
    }
  }

  @Override
  public void close() {
    asked.close();
  }
}
