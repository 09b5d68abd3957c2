package app.goalgpt.console.live;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * One reader's server-sent events. What the reader has not taken waits in a bounded queue; when it
 * is full the oldest go, and the reader is told how many it missed. Writing never blocks: what is
 * said next is taken from the queue when what was said before is out.
 */
final class Stream extends IteratingCallback {
  /** Events are shared by all streams: what one keeps is references. */
  private static final int KEPT = 256;

  private static final int BATCH_BYTES = 32 * 1024;

  private final Response response;
  private final Callback callback;
  private final Consumer<Stream> onEnd;
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private long missed;
  private boolean over;

  /**
   * @param callback completed when the stream is over
   * @param onEnd told once
   */
  Stream(Response response, Callback callback, Consumer<Stream> onEnd) {
    this.response = response;
    this.callback = callback;
    this.onEnd = onEnd;
  }

  /** Says these, or as many of them as there is room for. Returns how many old ones had to go. */
  int tell(List<byte[]> events) {
    int dropped = 0;
    synchronized (waiting) {
      for (byte[] event : events) {
        if (waiting.size() == KEPT) {
          waiting.remove();
          missed++;
          dropped++;
        }
        waiting.add(event);
      }
    }
    iterate();
    return dropped;
  }

  /** Says that so many events were left out for everybody. */
  void leftOut(long events) {
    synchronized (waiting) {
      missed += events;
    }
  }

  void end() {
    synchronized (waiting) {
      over = true;
      waiting.clear();
    }
    iterate();
  }

  @Override
  protected Action process() {
    ByteBuffer batch;
    synchronized (waiting) {
      if (over) {
        return Action.SUCCEEDED;
      }
      batch = batch();
    }
    if (!batch.hasRemaining()) {
      return Action.IDLE;
    }
    response.write(false, batch, this);
    return Action.SCHEDULED;
  }

  private ByteBuffer batch() {
    ByteArrayOutputStream batch = new ByteArrayOutputStream();
    if (missed > 0) {
      batch.writeBytes(
          Events.of(
              "missed", "{\"events\":%d}".formatted(missed).getBytes(StandardCharsets.UTF_8)));
      missed = 0;
    }
    while (!waiting.isEmpty() && batch.size() < BATCH_BYTES) {
      batch.writeBytes(waiting.remove());
    }
    return ByteBuffer.wrap(batch.toByteArray());
  }

  @Override
  protected void onSuccess() {
    // called for each write that is out; process() goes on
  }

  @Override
  protected void onCompleteSuccess() {
    onEnd.accept(this);
    callback.succeeded();
  }

  @Override
  protected void onCompleteFailure(Throwable cause) {
    onEnd.accept(this);
    callback.failed(cause);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
