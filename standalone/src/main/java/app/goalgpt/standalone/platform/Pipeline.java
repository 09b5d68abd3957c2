package app.goalgpt.standalone.platform;

import app.goalgpt.connectors.Migrations;
import app.goalgpt.console.Console;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts of this system at work in this process, over a database and a broker that exist. Closing
 * follows the flow: what comes first in it stops first, so nothing new comes in while the rest ends
 * what it has begun.
 */
public final class Pipeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
  private final Map<Part, WorkingPart> running;
  private Health health;

  private Pipeline(Map<Part, WorkingPart> running) {
    this.running = running;
  }

  /**
   * Brings the database and the topics up to date, then starts all parts at the same time; returns
   * when all of them work.
   *
   * @param onFatal called when a part can never go on
   * @throws app.goalgpt.settings.SettingException when any part's setting is wrong, before anything
   *     was touched
   * @throws IllegalStateException when a part refuses to start; the others are stopped again
   */
  public static Pipeline start(
      Settings settings, MeterRegistry registry, Consumer<Throwable> onFatal) {
    return start(settings, registry, Clock.systemUTC(), onFatal);
  }

  /**
   * The same, by a business clock of its own.
   *
   * @param businessClock what time it is for schedules
   */
  public static Pipeline start(
      Settings settings, MeterRegistry registry, Clock businessClock, Consumer<Throwable> onFatal) {
    List<Part> parts =
        Arrays.stream(Part.values()).filter(part -> part.isAskedFor(settings)).toList();
    if (!parts.contains(Part.CONSOLE)) {
      LOG.info("no console: neither CONSOLE_TOKEN nor CONSOLE_TOKEN_FILE is set");
    }
    Map<Part, Part.Starter> starters = configured(parts, settings);
    Migrations.migrate(DatabaseConfig.from(settings), AppTables.from(settings));
    new Topics(KafkaConfig.from(settings), AppTables.from(settings)).ensure();
    return start(starters, registry, businessClock, onFatal);
  }

  /** Starts one part; migrations have run elsewhere. */
  public static Pipeline start(
      Part part, Settings settings, MeterRegistry registry, Consumer<Throwable> onFatal) {
    return start(configured(List.of(part), settings), registry, Clock.systemUTC(), onFatal);
  }

  private static Map<Part, Part.Starter> configured(Collection<Part> parts, Settings settings) {
    Map<Part, Part.Starter> starters = new EnumMap<>(Part.class);
    parts.forEach(part -> starters.put(part, part.configured(settings)));
    return starters;
  }

  private static Pipeline start(
      Map<Part, Part.Starter> starters,
      MeterRegistry registry,
      Clock businessClock,
      Consumer<Throwable> onFatal) {
    Map<Part, CompletableFuture<WorkingPart>> starting = new EnumMap<>(Part.class);
    starters.forEach(
        (part, starter) ->
            starting.put(
                part,
                inThreadOfItsOwn(part, () -> starter.start(registry, businessClock, onFatal))));
    Map<Part, WorkingPart> started = new EnumMap<>(Part.class);
    List<RuntimeException> refusals = new ArrayList<>();
    starting.forEach(
        (part, future) -> {
          try {
            started.put(part, future.join());
          } catch (CompletionException e) {
            refusals.add(e.getCause() instanceof RuntimeException cause ? cause : e);
          }
        });
    Pipeline pipeline = new Pipeline(started);
    if (!refusals.isEmpty()) {
      pipeline.close();
      throw refusals.get(0);
    }
    return pipeline;
  }

  private static CompletableFuture<WorkingPart> inThreadOfItsOwn(
      Part part, Supplier<WorkingPart> starter) {
    return CompletableFuture.supplyAsync(
        starter, task -> new Thread(task, "start-" + part).start());
  }

  /** The parts that work here, in words. */
  @Override
  public String toString() {
    return running.keySet().stream().map(Part::toString).collect(Collectors.joining(", "));
  }

  /** Where the console listens; empty when none runs here. */
  public Optional<URI> console() {
    return Optional.ofNullable(running.get(Part.CONSOLE))
        .map(part -> ((Console) part.part()).address());
  }

  /** From here on, until they end, the parts that work here are asked how they are. */
  void reportTo(Health health) {
    this.health = health;
    running.forEach((part, working) -> health.started(part.toString(), working));
  }

  /** Ends one part before the others; without effect when it does not run here. */
  public void stop(Part part) {
    WorkingPart working = running.remove(part);
    if (working != null) {
      close(part, working);
    }
  }

  @Override
  public void close() {
    running.forEach(this::close);
    running.clear();
  }

  private void close(Part part, WorkingPart working) {
    if (health != null) {
      health.stopped(part.toString());
    }
    try {
      working.part().close();
    } catch (Exception e) {
      LOG.warn("{} did not stop cleanly: {}", part, e.getMessage());
    }
  }
}
