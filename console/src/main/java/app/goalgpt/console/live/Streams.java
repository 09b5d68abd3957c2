package app.goalgpt.console.live;

import app.goalgpt.console.http.Problem;
import app.goalgpt.console.http.Reply;
import app.goalgpt.messages.Json;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** All open streams. They are told the same events, each at the pace of its reader. */
public final class Streams implements Reply.Ongoing, AutoCloseable {
  /** More than a person can read: what comes beyond it in a second is told as a number. */
  private static final int REWARDS_PER_SECOND = 100;

  private static final byte[] GREETING = "retry: 2000\n\n".getBytes(StandardCharsets.UTF_8);

  private final int most;
  private final Set<Stream> open = ConcurrentHashMap.newKeySet();
  private final Counter missed;
  private final List<byte[]> batch = new ArrayList<>();
  private int rewardsThisSecond;
  private long leftOut;

  /**
   * @param most streams open at a time
   */
  public Streams(int most, MeterRegistry registry) {
    this.most = most;
    this.missed =
        Counter.builder("goalgpt.console.streams.missed")
            .description("events that a reader was too slow for")
            .register(registry);
    Gauge.builder("goalgpt.console.streams", open, Set::size)
        .description("live streams that are open")
        .strongReference(true)
        .register(registry);
  }

  @Override
  public void open(Request request, Response response, Callback callback) {
    if (open.size() >= most) {
      throw Problem.unavailable("%d live streams are open, no more are allowed".formatted(most));
    }
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
    response.getHeaders().put("X-Accel-Buffering", "no");
    Stream stream = new Stream(response, callback, open::remove);
    open.add(stream);
    stream.tell(List.of(GREETING));
  }

  /** Puts a reward into the batch, unless there were too many in this second. */
  void reward(Reward reward) {
    if (rewardsThisSecond < REWARDS_PER_SECOND) {
      rewardsThisSecond++;
      add("reward", reward);
    } else {
      leftOut++;
    }
  }

  /** Puts an event into the batch. */
  void add(String name, Object data) {
    if (!open.isEmpty()) {
      batch.add(Events.of(name, Json.write(data)));
    }
  }

  /** Tells everybody what is in the batch, in one write each. */
  void flush() {
    if (batch.isEmpty()) {
      return;
    }
    List<byte[]> events = List.copyOf(batch);
    batch.clear();
    open.forEach(stream -> missed.increment(stream.tell(events)));
  }

  /** A second has passed. */
  void nextSecond() {
    rewardsThisSecond = 0;
    if (leftOut > 0) {
      open.forEach(stream -> stream.leftOut(leftOut));
      leftOut = 0;
    }
  }

  @Override
  public void close() {
    open.forEach(Stream::end);
  }
}
