package app.goalgpt.connectors.partner;

import app.goalgpt.connectors.batch.AwayException;
import app.goalgpt.connectors.batch.BatchConsumer;
import app.goalgpt.connectors.batch.Workplace;
import app.goalgpt.connectors.database.Visibility;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.PartnerDay;
import app.goalgpt.messages.Topic;
import io.micrometer.core.instrument.Counter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Keeps partners' days true to the rows: reads the changes of referrals and subscriptions, corrects
 * days that are closed, and publishes today so far on {@link Topic#PARTNER_DAYS}. Several may run
 * at the same time.
 */
public final class PartnerFeed implements AutoCloseable {
  private static final int BATCH = 10_000;
  private static final int AMPLE_BYTES = 1 << 20;

  private final Workplace workplace;
  private final DataSource database;
  private final AppTables tables;
  private final Clock businessTime;
  private final PartnerBooks books;
  private final BatchConsumer<Touches> changes;
  private final Counter published;

  /**
   * @param database connections that do not commit by themselves
   * @param businessTime what day it is, in the business time zone
   * @param interval how long the broker gathers changes before they are counted
   */
  public PartnerFeed(
      Workplace workplace,
      DataSource database,
      AppTables tables,
      Clock businessTime,
      Duration interval) {
    this.workplace = workplace;
    this.database = database;
    this.tables = tables;
    this.businessTime = businessTime;
    this.published = workplace.registry().counter("goalgpt.partner.days.published");
    this.books = new PartnerBooks(tables, businessTime.getZone());
    Map<String, Object> gathering =
        Map.of(
            ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
            AMPLE_BYTES,
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
            (int) interval.toMillis());
    this.changes =
        workplace.consumer("partner-days", BATCH, gathering, this::touches, this::workOff);
  }

  public void start() {
    changes.start(
        workplace.topics().changes(AppTable.REFERRALS),
        workplace.topics().changes(AppTable.SUBSCRIPTIONS));
  }

  private Touches touches(ConsumerRecord<byte[], byte[]> record) {
    AppTable table =
        record.topic().equals(workplace.topics().changes(AppTable.REFERRALS))
            ? AppTable.REFERRALS
            : AppTable.SUBSCRIPTIONS;
    Touches touches = Touches.read(table, tables, businessTime.getZone(), record.value());
    return touches.all().isEmpty() ? null : touches;
  }

  private Map<Integer, Touches> workOff(List<Touches> touches) throws SQLException {
    List<PartnerDay> today;
    try (Connection connection = database.getConnection()) {
      if (!Visibility.sees(connection, Touches.transactions(touches))) {
        throw new AwayException("a change came before its commit can be seen", null);
      }
      today = books.correct(connection, Touches.byCode(touches), businessTime.instant());
    }
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (PartnerDay day : today) {
      sent.add(workplace.send(Topic.PARTNER_DAYS, day.partnerId(), day));
    }
    sent.forEach(Workplace::await);
    if (!today.isEmpty()) {
      published.increment(today.size());
    }
    return Map.of();
  }

  /** See {@link BatchConsumer#trouble}. */
  public Optional<String> trouble() {
    return changes.trouble();
  }

  /** See {@link BatchConsumer#stuck}. */
  public Optional<String> stuck() {
    return changes.stuck();
  }

  @Override
  public void close() {
    changes.close();
  }
}
