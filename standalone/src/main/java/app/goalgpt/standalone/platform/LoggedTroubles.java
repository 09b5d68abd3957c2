package app.goalgpt.standalone.platform;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Counts warnings and errors in the log by who says them: the same trouble again and again has the
 * same speaker. (Its words carry ids and numbers: as a tag they would never end.)
 */
final class LoggedTroubles extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final MeterRegistry registry;
  private final Map<String, Counter> counters = new ConcurrentHashMap<>();

  private LoggedTroubles(MeterRegistry registry) {
    this.registry = registry;
  }

  static LoggedTroubles countedIn(MeterRegistry registry) {
    LoggedTroubles troubles = new LoggedTroubles(registry);
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      troubles.setContext(context);
      troubles.start();
      context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(troubles);
    }
    return troubles;
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      String logger = event.getLoggerName();
      counters
          .computeIfAbsent(event.getLevel() + " " + logger, any -> counter(event, logger))
          .increment();
    }
  }

  private Counter counter(ILoggingEvent event, String logger) {
    return Counter.builder("goalgpt.log.troubles")
        .description("Warnings and errors in the log")
        .tag("level", event.getLevel().toString().toLowerCase(java.util.Locale.ROOT))
        .tag("logger", logger.substring(logger.lastIndexOf('.') + 1))
        .register(registry);
  }

  @Override
  public void close() {
    if (getContext() instanceof LoggerContext context) {
      context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(this);
    }
    stop();
  }
}
