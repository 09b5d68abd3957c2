package app.goalgpt.connectors.run;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.RunProgress;
import java.util.Map;
import java.util.Set;

/** Reads reports and rejects those that make no sense. */
final class Reports {
  private static final Set<String> VARIANTS = Set.of("A", "B");

  private Reports() {}

  /**
   * @throws MalformedMessageException naming what is missing or wrong
   */
  static RunProgress read(byte[] value) {
    RunProgress report = Json.read(value, RunProgress.class);
    present("runId", report.runId());
    present("job", report.job());
    present("plannedAt", report.plannedAt());
    present("state", report.state());
    present("startedAt", report.startedAt());
    present("reportedAt", report.reportedAt());
    if (report.partitions() < 1 || report.partitions() > 100_000) {
      throw new MalformedMessageException(
          "partitions is %d, allowed is 1 to 100000".formatted(report.partitions()));
    }
    if (report.partition() < 0 || report.partition() >= report.partitions()) {
      throw new MalformedMessageException(
          "partition is %d, allowed is 0 to %d"
              .formatted(report.partition(), report.partitions() - 1));
    }
    notNegative("sequence", report.sequence());
    notNegative("items", report.items());
    notNegative("succeeded", report.succeeded());
    notNegative("failed", report.failed());
    if (report.variants() != null) {
      variants(report.variants());
    }
    return report;
  }

  private static void variants(Map<String, RunProgress.Counts> variants) {
    if (!variants.keySet().equals(VARIANTS)) {
      throw new MalformedMessageException(
          "variants are %s, allowed are A and B".formatted(variants.keySet()));
    }
    variants.forEach(
        (name, counts) -> {
          present("variants." + name, counts);
          notNegative("variants." + name + ".items", counts.items());
          notNegative("variants." + name + ".succeeded", counts.succeeded());
          notNegative("variants." + name + ".failed", counts.failed());
        });
  }

  private static void present(String field, Object value) {
    if (value == null) {
      throw new MalformedMessageException(field + " is missing");
    }
  }

  private static void notNegative(String field, long value) {
    if (value < 0) {
      throw new MalformedMessageException("%s is %d, allowed is 0 or more".formatted(field, value));
    }
  }
}
