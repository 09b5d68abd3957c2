package app.goalgpt.console.api;

import app.goalgpt.console.http.Exchange;
import app.goalgpt.console.http.Reply;
import app.goalgpt.console.http.Route;
import app.goalgpt.console.live.Figures;
import app.goalgpt.console.live.LiveFeed;
import app.goalgpt.console.live.Reward;
import app.goalgpt.console.live.Streams;
import app.goalgpt.messages.OperatorAction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** What happens now and happened just before; and what the API says about itself. */
public final class LiveApi {
  private static final int REWARDS_SHOWN = 200;

  private final LiveFeed feed;
  private final Streams streams;

  public LiveApi(LiveFeed feed, Streams streams) {
    this.feed = feed;
    this.streams = streams;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/api/live", exchange -> streams),
        Route.get("/api/rewards", this::rewards, "limit"),
        Route.get("/api/figures", exchange -> Reply.ok(new Seconds(feed.figures().points()))),
        Route.get("/api/changes", this::changes, "limit"),
        Route.get("/api/openapi.yaml", exchange -> document()));
  }

  record Seconds(List<Figures.Point> seconds) {}

  record Rewards(List<Reward> rewards) {}

  private Reply rewards(Exchange exchange) {
    return Reply.ok(new Rewards(feed.rewards().newest(exchange.limit(REWARDS_SHOWN))));
  }

  record Actions(List<OperatorAction> changes) {}

  private Reply changes(Exchange exchange) {
    return Reply.ok(new Actions(feed.actions().newest(exchange.limit(100))));
  }

  private static Reply document() {
    try (InputStream in = LiveApi.class.getResourceAsStream("/app/goalgpt/console/openapi.yaml")) {
      return new Reply.Document("application/yaml", in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
