package app.goalgpt.notifier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;

/**
 * One request to FCM and its one answer. It knows when it was sent: HTTP/2 shares its connections,
 * so the client's own time-outs speak of the connection and not of a request.
 */
final class FcmCall implements AsyncEntityProducer, FutureCallback<SimpleHttpResponse> {
  private final ByteBuffer body;
  private final int length;
  private final long began = System.nanoTime();
  private final CompletableFuture<FcmAnswer> answer = new CompletableFuture<>();
  private volatile boolean isSent;
  private volatile long sentAt;
  private volatile Future<?> exchange;

  FcmCall(byte[] body) {
    this.body = ByteBuffer.wrap(body);
    this.length = body.length;
  }

  /** Completes once, whatever happens, on any thread. */
  CompletableFuture<FcmAnswer> answer() {
    return answer;
  }

  /** What gives up the request when it takes too long. */
  void runsAs(Future<?> exchange) {
    this.exchange = exchange;
  }

  /**
   * Gives it up when it is too late.
   *
   * @param toBeSent from the beginning to its having been sent, a new connection included
   * @param toBeAnswered from then to the whole answer
   */
  void giveUpIfLate(long now, Duration toBeSent, Duration toBeAnswered) {
    boolean isLate =
        isSent ? now - sentAt > toBeAnswered.toNanos() : now - began > toBeSent.toNanos();
    if (isLate && answer.complete(FcmAnswer.none("TIMEOUT"))) {
      Future<?> running = exchange;
      if (running != null) {
        running.cancel(true);
      }
    }
  }

  @Override
  public void completed(SimpleHttpResponse response) {
    Header retryAfter = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
    answer.complete(
        FcmAnswer.of(
            response.getCode(),
            response.getBodyText(),
            retryAfter == null ? null : retryAfter.getValue()));
  }

  @Override
  public void failed(Exception cause) {
    answer.complete(FcmAnswer.none("IO"));
  }

  @Override
  public void cancelled() {
    answer.complete(FcmAnswer.none("IO"));
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    channel.write(body);
    if (!body.hasRemaining()) {
      channel.endStream();
      sentAt = System.nanoTime();
      isSent = true;
    }
  }

  @Override
  public int available() {
    return body.remaining();
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public long getContentLength() {
    return length;
  }

  @Override
  public String getContentType() {
    return "application/json; charset=UTF-8";
  }

  @Override
  public String getContentEncoding() {
    return null;
  }

  @Override
  public boolean isChunked() {
    return false;
  }

  @Override
  public Set<String> getTrailerNames() {
    return Set.of();
  }

  @Override
  public void releaseResources() {
    // The buffer is all it has.
  }
}
