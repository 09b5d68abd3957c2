package app.goalgpt.topology.stream;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.change.Change;
import app.goalgpt.topology.change.Position;
import app.goalgpt.topology.change.Row;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Turns the changes of {@code scheduled_notifications} into campaigns for every task. A campaign
 * that cannot be sent as it stands fails here, with the reason: nobody gets anything.
 */
final class CampaignProcessor implements Processor<String, byte[], String, byte[]> {
  private final AppTables tables;
  private final MeterRegistry registry;
  private ProcessorContext<String, byte[]> context;
  private DeadLetters deadLetters;
  private KeyValueStore<UUID, Position> positions;

  CampaignProcessor(AppTables tables, MeterRegistry registry) {
    this.tables = tables;
    this.registry = registry;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    deadLetters = new DeadLetters(context, Nodes.CAMPAIGN_DEAD_LETTERS, registry);
    positions = context.getStateStore(Nodes.CAMPAIGN_POSITIONS_STORE);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    try {
      accept(Change.read(AppTable.SCHEDULED_NOTIFICATIONS, tables, record.value()), record);
    } catch (MalformedMessageException e) {
      deadLetters.setAside(DeadLetters.CAMPAIGN, e.getMessage(), record);
    }
  }

  private void accept(Change change, Record<String, byte[]> record) {
    UUID id = change.row().uuid("id");
    Position before = Optional.ofNullable(positions.get(id)).orElse(Position.NONE);
    if (!before.isOlderThan(change.version())) {
      return;
    }
    positions.put(id, before.at(change.version()));
    CampaignVersion campaign = new CampaignVersion(change.version(), read(id, change, record));
    context.forward(
        new Record<>(id.toString(), Json.write(campaign), record.timestamp()),
        Nodes.CAMPAIGNS_SINK);
    context.commit();
  }

  private Campaign read(UUID id, Change change, Record<String, byte[]> record) {
    if (!change.version().present()) {
      return Campaign.without(id, Campaign.Status.CANCELLED);
    }
    try {
      Campaign.Status status = Campaign.status(change.row());
      return status == Campaign.Status.PENDING
          ? Campaign.read(change.row())
          : Campaign.without(id, status);
    } catch (MalformedMessageException e) {
      String cause = "campaign %s: %s".formatted(id, e.getMessage());
      deadLetters.setAside(DeadLetters.CAMPAIGN, cause, record);
      fail(id, change, e.getMessage());
      return Campaign.without(id, Campaign.Status.OVER);
    }
  }

  /** Dated by the change, so that reading it again reports nothing newer. */
  private void fail(UUID id, Change change, String cause) {
    RunProgress failure =
        new RunProgress(
            id,
            RunProgress.CAMPAIGN,
            scheduledAt(change.row()).orElse(change.committedAt()),
            0,
            1,
            change.committedAt().toEpochMilli(),
            RunProgress.State.FAILED,
            0,
            0,
            0,
            cause,
            change.committedAt(),
            Instant.ofEpochMilli(context.currentSystemTimeMs()));
    context.forward(
        new Record<>(id.toString(), Json.write(failure), context.currentSystemTimeMs()),
        Nodes.CAMPAIGN_PROGRESS);
  }

  private static Optional<Instant> scheduledAt(Row row) {
    try {
      return row.instant("scheduled_at");
    } catch (MalformedMessageException e) {
      return Optional.empty(); // it is this that failed the campaign
    }
  }
}
