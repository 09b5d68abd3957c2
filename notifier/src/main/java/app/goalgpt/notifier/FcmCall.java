package app.goalgpt.notifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.nio.AsyncClientExchangeHandler;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.RequestChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http2.H2Error;
import org.apache.hc.core5.http2.H2StreamResetException;

/**
 * One request to FCM and its one answer. It knows when it was sent: requests share a connection, so
 * the connection's time-outs say nothing about a request.
 */
final class FcmCall implements AsyncClientExchangeHandler {
  /** What is kept of an answer, in bytes: FCM's own have a few hundred. */
  private static final int LONGEST_ANSWER = 64 * 1024;

  private static final String IO = "IO";

  private final ByteBuffer body;
  private final EntityDetails details;
  private final long began = System.nanoTime();
  private final CompletableFuture<FcmAnswer> answer = new CompletableFuture<>();
  private volatile HttpRequest request;
  private volatile boolean isSent;
  private volatile long sentAt;
  private volatile Cancellable exchange;
  private volatile Goodbyes connections;
  private volatile Goodbyes.Stream stream;

  // What has come; by the connection's thread only.
  private final ByteArrayOutputStream text = new ByteArrayOutputStream(256);
  private int status;
  private String retryAfter;

  FcmCall(byte[] body) {
    this.body = ByteBuffer.wrap(body);
    this.details = new BasicEntityDetails(body.length, ContentType.APPLICATION_JSON);
  }

  /** Completes once, whatever happens, on any thread. */
  CompletableFuture<FcmAnswer> answer() {
    return answer;
  }

  /** The request's head, before it is sent. */
  void head(HttpRequest head) {
    this.request = head;
  }

  /** Who knows the connection that it goes over. */
  void goesOver(Goodbyes client) {
    this.connections = client;
  }

  /** What gives up the request when it takes too long. */
  void runsAs(Cancellable running) {
    this.exchange = running;
  }

  /**
   * @param toBeSent from the beginning to its having been sent, a new connection included
   * @param toBeAnswered from then to the whole answer
   */
  boolean isLate(long now, Duration toBeSent, Duration toBeAnswered) {
    return isSent ? now - sentAt > toBeAnswered.toNanos() : now - began > toBeSent.toNanos();
  }

  /** Nobody waits for its answer any more. */
  void giveUp() {
    giveUp("TIMEOUT");
  }

  /** Gives it up when the server has said that it has not looked at it. */
  void giveUpIfAfter(Goodbyes.Stream answered) {
    Goodbyes.Stream mine = stream;
    if (mine != null
        && mine.connection() == answered.connection()
        && mine.number() > answered.number()) {
      giveUp(FcmAnswer.UNPROCESSED);
    }
  }

  private void giveUp(String failure) {
    answer.complete(FcmAnswer.none(failure));
    Cancellable running = exchange;
    if (running != null) {
      running.cancel();
    }
  }

  @Override
  public void produceRequest(RequestChannel channel, HttpContext context)
      throws HttpException, IOException {
    channel.sendRequest(request, details, context);
  }

  @Override
  public int available() {
    return body.remaining();
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    if (stream == null) {
      stream = connections.last();
    }
    channel.write(body);
    if (!body.hasRemaining()) {
      channel.endStream();
      sentAt = System.nanoTime();
      isSent = true;
    }
  }

  @Override
  public void consumeInformation(HttpResponse response, HttpContext context) {
    // 1xx: the answer is still to come.
  }

  @Override
  public void consumeResponse(HttpResponse response, EntityDetails entity, HttpContext context) {
    status = response.getCode();
    Header wait = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
    retryAfter = wait == null ? null : wait.getValue();
    if (entity == null) {
      streamEnd(List.of());
    }
  }

  @Override
  public void updateCapacity(CapacityChannel channel) throws IOException {
    channel.update(Integer.MAX_VALUE);
  }

  @Override
  public void consume(ByteBuffer part) {
    byte[] bytes = new byte[Math.min(part.remaining(), LONGEST_ANSWER - text.size())];
    part.get(bytes);
    text.writeBytes(bytes);
    part.position(part.limit());
  }

  @Override
  public void streamEnd(List<? extends Header> trailers) {
    answer.complete(FcmAnswer.of(status, text.toString(StandardCharsets.UTF_8), retryAfter));
  }

  @Override
  public void failed(Exception cause) {
    boolean isRefused =
        cause instanceof H2StreamResetException reset
            && reset.getCode() == H2Error.REFUSED_STREAM.getCode();
    boolean neverLeft = stream == null && cause instanceof ConnectionClosedException;
    answer.complete(FcmAnswer.none(isRefused || neverLeft ? FcmAnswer.UNPROCESSED : IO));
  }

  /** Its connection takes no more requests. */
  @Override
  public void cancel() {
    answer.complete(FcmAnswer.none(stream == null ? FcmAnswer.UNPROCESSED : IO));
  }

  @Override
  public void releaseResources() {
    // Also when a connection ends in order and leaves a request unanswered.
    answer.complete(FcmAnswer.none(IO));
  }
}
