package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.PartnerDay;
import app.goalgpt.messages.ReferralTierReached;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The document that consumers read, against records that the topology really wrote. */
class AsyncApiTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "asyncapi.yaml");
  private final JsonNode document;

  AsyncApiTest() throws IOException {
    document = new YAMLMapper().readTree(DOCUMENT.toFile());
  }

  @Test
  void everyPublicTopicIsDescribed() {
    Settings settings = Settings.of(Map.of());
    Topics topics = new Topics(KafkaConfig.from(settings), AppTables.from(settings));

    Set<String> addresses = new TreeSet<>();
    document.path("channels").forEach(channel -> addresses.add(channel.path("address").asText()));

    assertThat(addresses)
        .containsExactlyInAnyOrder(
            topics.name(Topic.BADGE_UNLOCKED),
            topics.name(Topic.REFERRAL_TIER_REACHED),
            topics.name(Topic.PARTNER_DAYS),
            topics.name(Topic.RUN_PROGRESS));
  }

  @Test
  void recordsThatTheTopologyWroteFitTheirSchemas() {
    try (TopologyRun run = new TopologyRun()) {
      UUID customer = run.customer();
      String settledAt = "2026-01-12T11:59:59.5Z";
      run.change(
          AppTable.REWARD_LEDGER,
          customer,
          Envelopes.created(run.next(), LedgerRows.badge(customer, UUID.randomUUID(), settledAt)));
      run.change(
          AppTable.REWARD_LEDGER,
          customer,
          Envelopes.created(
              run.next(), LedgerRows.tier(customer, UUID.randomUUID(), 2, settledAt)));

      assertThat(problems("badgeUnlocked", run.badgesUnlocked().get(0))).isEmpty();
      assertThat(problems("referralTierReached", run.tiersReached().get(0))).isEmpty();
    }
  }

  @Test
  void reportsOfRunsFitTheirSchema() {
    try (TopologyRun run = new TopologyRun()) {
      run.xp(run.reachable(), "bronze", 5, 0, "2026-01-11");
      run.tick(Job.STREAK_BREAK_WARNINGS, "2026-01-12T22:00:00Z");
      run.pass(Duration.ofMillis(50));
      Instant old = TopologyRun.START.minus(Duration.ofHours(7));
      run.tick(new Tick("streak-break-warnings", old, old)); // too late: its report has an error

      String options = "{\"options\": {\"variant_b\": {\"share\": 50, \"body_tr\": \"b\"}}}";
      run.campaign(UUID.randomUUID(), "pending", "all", options, "2026-01-12T12:00:00Z");
      run.tick(Job.SCHEDULED_NOTIFICATIONS, "2026-01-12T12:00:00Z");
      run.pass(Duration.ofMillis(50));

      List<RunProgress> reports = run.progress();
      assertThat(reports).hasSizeGreaterThan(2).anyMatch(report -> report.error() != null);
      assertThat(reports).anyMatch(report -> report.variants() != null);
      assertThat(reports)
          .allSatisfy(report -> assertThat(problems("runProgress", report)).isEmpty());
    }
  }

  @Test
  void everyJobAndStateIsDescribed() {
    assertThat(enumeration("job"))
        .containsAll(Arrays.stream(Job.values()).map(Job::specName).toList())
        .contains(RunProgress.CAMPAIGN)
        .hasSize(Job.values().length + 1);
    assertThat(enumeration("state"))
        .containsExactlyElementsOf(
            Arrays.stream(RunProgress.State.values()).map(Enum::name).toList());
  }

  private List<String> enumeration(String field) {
    List<String> names = new ArrayList<>();
    document
        .at("/components/schemas/runProgress/properties/" + field + "/enum")
        .forEach(name -> names.add(name.asText()));
    return names;
  }

  @Test
  void everyFieldIsDescribedAndNoOther() {
    Set<String> ofRuns = components(RunProgress.class);
    ofRuns.add("schemaVersion");
    assertThat(fields("runProgress")).isEqualTo(ofRuns);
    assertThat(fields("badgeUnlocked")).isEqualTo(components(BadgeUnlocked.class));
    assertThat(fields("referralTierReached")).isEqualTo(components(ReferralTierReached.class));
    assertThat(fields("partnerDay")).isEqualTo(components(PartnerDay.class));
  }

  /** The connectors write it; what its JSON looks like is the message's own affair. */
  @Test
  void aPartnersDayFitsItsSchema() {
    PartnerDay day =
        new PartnerDay(
            PartnerDay.SCHEMA_VERSION,
            UUID.randomUUID(),
            LocalDate.of(2026, 1, 12),
            12,
            3,
            new BigDecimal("150.00"),
            new BigDecimal("30.00"),
            45,
            1,
            Instant.parse("2026-01-12T12:00:00Z"));
    assertThat(problems("partnerDay", day)).isEmpty();
  }

  private Set<ValidationMessage> problems(String schema, Object event) {
    ObjectNode root = document.path("components").path("schemas").path(schema).deepCopy();
    root.set("components", document.path("components"));
    JsonSchema validator =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(
                root, SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
    return validator.validate(Json.MAPPER.valueToTree(event));
  }

  private Set<String> fields(String schema) {
    Set<String> fields = new TreeSet<>();
    document
        .path("components")
        .path("schemas")
        .path(schema)
        .path("properties")
        .fieldNames()
        .forEachRemaining(fields::add);
    return fields;
  }

  private static Set<String> components(Class<?> type) {
    Set<String> names = new TreeSet<>();
    Arrays.stream(type.getRecordComponents()).forEach(component -> names.add(component.getName()));
    return names;
  }
}
