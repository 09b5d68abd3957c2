package app.goalgpt.console;

import app.goalgpt.console.api.CampaignsApi;
import app.goalgpt.console.api.CustomersApi;
import app.goalgpt.console.api.Database;
import app.goalgpt.console.api.JobsApi;
import app.goalgpt.console.api.LettersApi;
import app.goalgpt.console.api.LiveApi;
import app.goalgpt.console.change.Changes;
import app.goalgpt.console.http.Route;
import app.goalgpt.console.http.WebServer;
import app.goalgpt.console.letter.Letters;
import app.goalgpt.console.letter.Shelf;
import app.goalgpt.console.live.LiveFeed;
import app.goalgpt.console.live.Streams;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operators' console: a page, and an HTTP API for those with a token. It reads the app's tables
 * and the topics, and writes to topics alone. Any number of them may run.
 */
public final class Console implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Console.class);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private List<Route> routes;
  private Database database;
  private LiveFeed feed;
  private URI address;

  private Console() {}

  /**
   * Starts; returns when it answers.
   *
   * @param businessClock what time it is for schedules
   * @param onFatal called once when it can never go on
   * @throws IllegalStateException when the database or the broker does not answer, or the address
   *     is taken
   */
  public static Console start(
      ConsoleConfig config,
      Clock businessClock,
      MeterRegistry registry,
      Consumer<Throwable> onFatal) {
    Console console = new Console();
    try {
      console.begin(config, businessClock, registry, onFatal);
      LOG.info("the console is at {}, it reads {}", console.address, config.database());
      return console;
    } catch (RuntimeException e) {
      console.close();
      throw e;
    }
  }

  private void begin(
      ConsoleConfig config,
      Clock businessClock,
      MeterRegistry registry,
      Consumer<Throwable> onFatal) {
    KafkaConfig kafka = config.schedule().kafka();
    AppTables tables = config.schedule().tables();
    Topics topics = new Topics(kafka, tables);
    topics.ensure();
    database = opened(new Database(config.database(), config.databasePatience(), registry));
    Shelf shelf = new Shelf();
    Streams streams = new Streams(config.streams(), registry);
    feed = opened(LiveFeed.start(kafka, topics, streams, shelf, Clock.systemUTC(), onFatal));
    Changes changes = opened(new Changes(kafka, topics));
    routes = new ArrayList<>();
    routes.addAll(new LiveApi(feed, streams).routes());
    routes.addAll(
        new JobsApi(config.schedule(), database, feed.runs(), changes, businessClock).routes());
    routes.addAll(
        new CampaignsApi(tables, config.zone(), database, changes, businessClock).routes());
    routes.addAll(new CustomersApi(tables, database, shelf).routes());
    routes.addAll(new LettersApi(shelf, new Letters(kafka, topics), changes).routes());
    WebServer web =
        opened(
            WebServer.start(config.address(), config.port(), routes, config.operators(), registry));
    opened(streams);
    address = URI.create("http://%s:%d/".formatted(shown(config.address()), web.port()));
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  /** An IPv6 address stands in brackets in a URL. */
  private static String shown(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  /** What the API does. */
  List<Route> routes() {
    return List.copyOf(routes);
  }

  /** Why it cannot tell all that it should now; empty when it can. Asks the database. */
  public Optional<String> trouble() {
    return database.trouble();
  }

  /** Why it never will again; empty otherwise. */
  public Optional<String> stuck() {
    return feed.stuck();
  }

  /** Where it listens. */
  public URI address() {
    return address;
  }

  /** Ends the streams first, the connections last. */
  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        LOG.warn("the console did not stop cleanly: {}", e.getMessage());
      }
    }
  }
}
