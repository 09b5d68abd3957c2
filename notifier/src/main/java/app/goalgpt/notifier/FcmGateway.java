package app.goalgpt.notifier;

import app.goalgpt.messages.Push;
import java.util.concurrent.CompletableFuture;

/** The way to FCM. */
interface FcmGateway extends AutoCloseable {
  /**
   * Sends one push to one device, once: what to do about the answer is the caller's.
   *
   * @return always completes normally, on a thread that is not to be held up
   */
  CompletableFuture<FcmAnswer> send(Push push, Push.Address address);

  @Override
  void close();
}
