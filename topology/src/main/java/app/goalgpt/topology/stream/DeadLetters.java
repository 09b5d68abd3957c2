package app.goalgpt.topology.stream;

import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Json;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets aside records that cannot be used: logged, counted, and kept as dead letters. */
final class DeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  /** Whatever the column of the tokens is called, its value is a long run of token characters. */
  private static final Pattern TOKEN = Pattern.compile("\"[A-Za-z0-9_:\\-]{100,}\"");

  /** What gives up on records here. */
  static final String CHANGE = "topology.change";

  static final String BADGE_RULE = "topology.badge-rule";
  static final String TICK = "topology.tick";
  static final String CAMPAIGN = "topology.campaign";
  static final String DELIVERY = "topology.delivery";
  private static final List<String> STEPS = List.of(CHANGE, BADGE_RULE, TICK, CAMPAIGN, DELIVERY);

  private final ProcessorContext<String, byte[]> context;
  private final String sink;
  private final MeterRegistry registry;

  DeadLetters(ProcessorContext<String, byte[]> context, String sink, MeterRegistry registry) {
    this.context = context;
    this.sink = sink;
    this.registry = registry;
    STEPS.forEach(this::count); // there from the beginning, so that the first one is a rise
  }

  /** Sets aside the record that is being processed. */
  void setAside(String step, String cause, Record<String, byte[]> record) {
    RecordMetadata where = context.recordMetadata().orElseThrow();
    long now = context.currentSystemTimeMs();
    LOG.warn(
        "set aside by {}: {} ({}-{}@{})",
        step,
        cause,
        where.topic(),
        where.partition(),
        where.offset());
    DeadLetter letter =
        new DeadLetter(
            step,
            cause,
            where.topic(),
            where.partition(),
            where.offset(),
            record.key(),
            record.value() == null
                ? null
                : blanked(new String(record.value(), StandardCharsets.UTF_8)),
            Instant.ofEpochMilli(now));
    context.forward(new Record<>(record.key(), Json.write(letter), now), sink);
    count(step).increment();
  }

  private Counter count(String step) {
    return registry.counter("goalgpt.dead.letters", "step", step);
  }

  private static String blanked(String value) {
    return TOKEN.matcher(value).replaceAll("\"…\"");
  }
}
