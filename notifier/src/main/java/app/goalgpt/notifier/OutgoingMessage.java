package app.goalgpt.notifier;

import app.goalgpt.messages.Push;
import java.time.Instant;

/** One push for one device, as often as it takes. Guarded by the {@link Sender}'s lock. */
final class OutgoingMessage {
  private final PushInFlight push;
  private final int device;
  private int attempts;
  private int failures;
  private Instant sentAt;
  private String lastReason = "DEADLINE";

  OutgoingMessage(PushInFlight push, int device) {
    this.push = push;
    this.device = device;
  }

  PushInFlight push() {
    return push;
  }

  int device() {
    return device;
  }

  Push.Address address() {
    return push.push().addresses().get(device);
  }

  Push.Lane lane() {
    return push.push().lane();
  }

  Instant deadline() {
    return push.push().deadline();
  }

  void sending(Instant now) {
    attempts++;
    sentAt = now;
  }

  /** When its last request was sent. */
  Instant sentAt() {
    return sentAt;
  }

  int attempts() {
    return attempts;
  }

  /** Counts a failure that is its own, not the whole sender's. */
  int failed() {
    return ++failures;
  }

  void because(String reason) {
    lastReason = reason;
  }

  /** Why it has not been accepted yet. */
  String lastReason() {
    return lastReason;
  }
}
