package app.goalgpt.notifier;

import app.goalgpt.messages.Push;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.HttpConnection;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2MultiplexingRequester;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The connections to FCM. Each lane has its own, so that requests of one that hang cannot take the
 * place of another's: a connection carries {@link #STREAMS} requests at once, whoever they are
 * from. One that is opened is shared by all requests that wait for it.
 */
final class FcmConnections implements AutoCloseable {
  /** What FCM allows on one connection. */
  private static final int STREAMS = 100;

  private final FcmConfig config;
  private final Timeout connect;
  private final TimeValue silence;
  private final Goodbyes.Listener listener;
  private final Map<Push.Lane, List<Client>> lanes = new EnumMap<>(Push.Lane.class);
  private final AtomicInteger turn = new AtomicInteger();

  /** One connection at a time, and what is said on it. */
  private final class Client implements Goodbyes.Listener {
    private final Goodbyes goodbyes = new Goodbyes(this);
    private final H2MultiplexingRequester requester = FcmHttpClient.create(config, goodbyes);
    private HttpConnection left;

    /** What is sent next opens a new connection; what is under way on this one may end. */
    @Override
    public void goodbye(Goodbyes.Stream answered) {
      if (left != answered.connection()) { // a server may first say that it will say goodbye
        left = answered.connection();
        requester.closeIdle(TimeValue.ZERO_MILLISECONDS);
      }
      listener.goodbye(answered);
    }
  }

  /**
   * Opens none yet.
   *
   * @param concurrency requests under way at once
   * @param listener told when a server will not look at requests that were sent to it
   * @throws app.goalgpt.settings.SettingException when the certificate cannot be read
   */
  FcmConnections(FcmConfig config, int concurrency, Goodbyes.Listener listener) {
    this.config = config;
    this.connect = Timeout.of(config.connectTimeout());
    this.silence = TimeValue.of(config.readTimeout());
    this.listener = listener;
    for (Push.Lane lane : Push.Lane.values()) {
      List<Client> own = new ArrayList<>();
      for (int streams = 0; streams < concurrency; streams += STREAMS) {
        own.add(new Client());
      }
      lanes.put(lane, own);
    }
    all().forEach(H2MultiplexingRequester::start);
  }

  private List<H2MultiplexingRequester> all() {
    return lanes.values().stream().flatMap(List::stream).map(client -> client.requester).toList();
  }

  /** The call's answer is the call's. */
  void post(Push.Lane lane, FcmCall call) {
    List<Client> own = lanes.get(lane);
    Client next = own.get(Math.floorMod(turn.getAndIncrement(), own.size()));
    call.goesOver(next.goodbyes);
    try {
      call.runsAs(
          next.requester.execute(
              FcmHttpClient.target(config), call, connect, HttpCoreContext.create()));
    } catch (IOException | IllegalStateException e) {
      call.failed(e); // no address, or closed meanwhile
    }
  }

  /**
   * Leaves connections on which nothing has come for as long as an answer may take: what is sent
   * next opens new ones. Nobody tells of a connection that a firewall has forgotten.
   */
  void leaveSilent() {
    all().forEach(client -> client.closeIdle(silence));
  }

  @Override
  public void close() {
    all().forEach(client -> client.close(CloseMode.IMMEDIATE));
  }
}
