package app.goalgpt.embedded.fcm;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the fake does with one request that it has understood. */
public sealed interface Answer {

  /** Takes the message: 200 and its name. */
  record Accept() implements Answer {}

  /**
   * Refuses it as FCM does.
   *
   * @param details whether the body carries the {@code google.firebase.fcm.v1.FcmError} detail
   * @param retryAfter the Retry-After header: seconds or an HTTP date
   */
  record Refuse(FcmError error, boolean details, Optional<String> retryAfter) implements Answer {
    public Refuse withoutDetails() {
      return new Refuse(error, false, retryAfter);
    }

    public Refuse retryAfter(String header) {
      return new Refuse(error, details, Optional.of(header));
    }

    public Refuse retryAfter(Duration wait) {
      return retryAfter(Long.toString(wait.toSeconds()));
    }
  }

  /** Answers with this status and this text, whatever they are: a proxy in the way, for one. */
  record Raw(int httpStatus, String body) implements Answer {}

  /** Takes the message, but sends only half of the answer and resets the connection. */
  record Half() implements Answer {}

  /** Takes the message and never answers. */
  record Lost() implements Answer {}

  /** Resets the TCP connection: every request on it fails. */
  record Reset() implements Answer {}

  /** Never answers. */
  record Silence() implements Answer {}

  /** Says that it does not look at this request (RST_STREAM with REFUSED_STREAM); HTTP/2 only. */
  record RefusedStream() implements Answer {}

  /** Waits, then answers. */
  record Late(Duration delay, Answer answer) implements Answer {}

  /** Waits for something to happen, then answers. */
  record Once(CompletionStage<?> event, Answer answer) implements Answer {}

  /** Says that it looks at no later request on this connection (GOAWAY), then answers. */
  record Goodbye(Answer answer) implements Answer {}

  static Answer accept() {
    return new Accept();
  }

  /** The error as FCM words it, with its detail and without Retry-After. */
  static Refuse refuse(FcmError error) {
    return new Refuse(error, true, Optional.empty());
  }

  static Answer raw(int httpStatus, String body) {
    return new Raw(httpStatus, body);
  }

  static Answer half() {
    return new Half();
  }

  static Answer lost() {
    return new Lost();
  }

  static Answer reset() {
    return new Reset();
  }

  static Answer silence() {
    return new Silence();
  }

  static Answer refusedStream() {
    return new RefusedStream();
  }

  default Answer withGoodbye() {
    return new Goodbye(this);
  }

  default Answer after(Duration delay) {
    return new Late(delay, this);
  }

  default Answer once(CompletionStage<?> event) {
    return new Once(event, this);
  }
}
