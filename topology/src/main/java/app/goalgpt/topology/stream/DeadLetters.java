package app.goalgpt.topology.stream;

import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Json;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  static final String TICK = "topology.tick";
  static final String CAMPAIGN = "topology.campaign";
  static final String DELIVERY = "topology.delivery";
  private static final List<String> STEPS = List.of(CHANGE, TICK, CAMPAIGN, DELIVERY);

  private final ProcessorContext<String, byte[]> context;
  private final String sink;
  private final Map<String, Counter> counters = new HashMap<>();

  DeadLetters(ProcessorContext<String, byte[]> context, String sink, MeterRegistry registry) {
    this.context = context;
    this.sink = sink;
    STEPS.forEach(
        step -> counters.put(step, registry.counter("goalgpt.dead.letters", "step", step)));
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
    counters.get(step).increment();
  }

  private static String blanked(String value) {
    return TOKEN.matcher(value).replaceAll("\"…\"");
  }
}
