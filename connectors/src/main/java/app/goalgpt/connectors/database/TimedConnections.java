package app.goalgpt.connectors.database;

import app.goalgpt.messages.LatencyBuckets;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Times every statement that has a name, from its sending to the first row of its answer. A name is
 * a comment in its text, {@code /* ledger.settle *}{@code /}, so that pg_stat_activity, the
 * server's log and pg_stat_statements show it as well; of several, the last.
 */
public final class TimedConnections {
  private static final Pattern NAME = Pattern.compile("/\\* ([a-z_.]+) \\*/");

  private final MeterRegistry registry;
  private final String part;

  /** By the statement's text: a text is one object for as long as its class lives. */
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();

  private final Timer nameless;

  /**
   * @param part who asks, as in pg_stat_activity
   */
  public TimedConnections(String part, MeterRegistry registry) {
    this.part = part;
    this.registry = registry;
    this.nameless = timer("other");
  }

  /** The same connections, timed. */
  DataSource of(DataSource source) {
    return proxy(
        DataSource.class,
        (proxy, method, arguments) -> {
          Object result = invoke(source, method, arguments);
          return result instanceof Connection connection ? of(connection) : result;
        });
  }

  /** The same connection, timed. */
  public Connection of(Connection connection) {
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          Object result = invoke(connection, method, arguments);
          if (result instanceof PreparedStatement statement) {
            return timed(PreparedStatement.class, statement, timerOf((String) arguments[0]));
          }
          return result instanceof Statement statement
              ? timed(Statement.class, statement, null)
              : result;
        });
  }

  /**
   * @param timer of its text; null when each execution brings one
   */
  private <S extends Statement> S timed(Class<S> type, S statement, Timer timer) {
    return proxy(
        type,
        (proxy, method, arguments) -> {
          if (!method.getName().startsWith("execute")) {
            return invoke(statement, method, arguments);
          }
          boolean brought = arguments != null && arguments[0] instanceof String;
          Timer own = brought ? timerOf((String) arguments[0]) : timer;
          long begin = System.nanoTime();
          try {
            return invoke(statement, method, arguments);
          } finally {
            (own == null ? nameless : own).record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
          }
        });
  }

  private Timer timerOf(String sql) {
    Timer known = timers.get(sql);
    if (known != null) {
      return known;
    }
    String name = null;
    Matcher matcher = NAME.matcher(sql);
    while (matcher.find()) {
      name = matcher.group(1);
    }
    if (name == null) {
      // Not kept: texts that are made up anew each time would never end.
      return nameless;
    }
    Timer timer = timer(name);
    timers.put(sql, timer);
    return timer;
  }

  private Timer timer(String statement) {
    return Timer.builder("goalgpt.query")
        .description("From a statement's sending to the first row of its answer")
        .tag("part", part)
        .tag("statement", statement)
        .serviceLevelObjectives(LatencyBuckets.bounds())
        .register(registry);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            TimedConnections.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
