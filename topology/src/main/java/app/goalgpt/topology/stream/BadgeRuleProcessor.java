package app.goalgpt.topology.stream;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Cause;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.badge.BadgeRule;
import app.goalgpt.topology.badge.ConditionReader;
import app.goalgpt.topology.change.Change;
import app.goalgpt.topology.change.Position;
import app.goalgpt.topology.change.Row;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Turns the changes of {@code badges} into rules for every task. Passes on only what changes a rule
 * (each unlock moves total_unlocks), and reports a bad rule once per version of it.
 */
final class BadgeRuleProcessor implements Processor<String, byte[], String, byte[]> {
  /**
   * What was last seen of a badge.
   *
   * @param condition while the badge is active, the condition text, good or bad, and behind it the
   *     rewards that make no sense; else null
   * @param version the version of the rule that was passed on last, see {@link BadgeRule#version}
   */
  record Seen(Position position, String condition, long version) {
    static final Seen NOTHING = new Seen(Position.NONE, null, 0);

    Seen at(Change change, String condition) {
      return new Seen(
          position.at(change.version()),
          condition,
          Objects.equals(this.condition, condition)
              ? version
              : Math.max(version + 1, change.version().lsn()));
    }
  }

  private static final List<String> REWARDS =
      List.of("reward_xp", "reward_credits", "reward_vip_days");

  private final AppTables tables;
  private final MeterRegistry registry;
  private ProcessorContext<String, byte[]> context;
  private DeadLetters deadLetters;
  private KeyValueStore<UUID, Seen> seen;

  BadgeRuleProcessor(AppTables tables, MeterRegistry registry) {
    this.tables = tables;
    this.registry = registry;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    deadLetters = new DeadLetters(context, Nodes.RULE_DEAD_LETTERS, registry);
    seen = context.getStateStore(Nodes.RULE_VERSIONS_STORE);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    try {
      accept(Change.read(AppTable.BADGES, tables, record.value()), record);
    } catch (MalformedMessageException e) {
      deadLetters.setAside(DeadLetters.CHANGE, e.getMessage(), record);
    }
  }

  private void accept(Change change, Record<String, byte[]> record) {
    UUID badgeId = change.row().uuid("id");
    Seen before = Optional.ofNullable(seen.get(badgeId)).orElse(Seen.NOTHING);
    if (!before.position().isOlderThan(change.version())) {
      return;
    }
    String condition = change.version().present() ? activeCondition(change.row()) : null;
    String senseless = condition == null ? "" : senselessRewards(change.row());
    Seen now = before.at(change, condition == null ? null : condition + senseless);
    seen.put(badgeId, now);
    if (now.version() == before.version()) {
      return;
    }
    BadgeRule rule =
        new BadgeRule(
            badgeId,
            now.version(),
            good(condition, senseless, badgeId, record) ? condition : null,
            new Cause(
                tables.table(AppTable.BADGES),
                badgeId.toString(),
                change.version().lsn(),
                change.committedAt()));
    context.forward(
        new Record<>(badgeId.toString(), Json.write(rule), record.timestamp()),
        Nodes.BADGE_RULES_SINK);
    context.commit();
  }

  private static String activeCondition(Row row) {
    return row.flag("is_active") && row.isNull("deleted_at")
        ? row.optionalText("unlock_condition").orElse("null")
        : null;
  }

  /** A badge gives; one that takes away is a bad rule. Empty when there is none. */
  private static String senselessRewards(Row row) {
    return REWARDS.stream()
        .filter(column -> row.optionalNumber(column).orElse(0L) < 0)
        .map(column -> " %s is %d: allowed is 0 or more".formatted(column, row.number(column)))
        .collect(Collectors.joining(";"));
  }

  private boolean good(
      String condition, String senseless, UUID badgeId, Record<String, byte[]> record) {
    if (condition == null) {
      return false;
    }
    try {
      ConditionReader.read(condition);
      if (!senseless.isEmpty()) {
        throw new MalformedMessageException(senseless.strip());
      }
      return true;
    } catch (MalformedMessageException e) {
      deadLetters.setAside(
          DeadLetters.BADGE_RULE, "badge %s: %s".formatted(badgeId, e.getMessage()), record);
      return false;
    }
  }
}
