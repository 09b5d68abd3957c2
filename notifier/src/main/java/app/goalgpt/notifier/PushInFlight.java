package app.goalgpt.notifier;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Push;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * One push from being read to its delivery: what each device's answer is so far. Guarded by the
 * {@link Sender}'s lock.
 */
final class PushInFlight {
  private final Push push;
  private final TopicPartition partition;
  private final long offset;
  private final Delivery.Result[] results;
  private int open;
  private String payloadFault;

  PushInFlight(Push push, TopicPartition partition, long offset) {
    this.push = push;
    this.partition = partition;
    this.offset = offset;
    this.open = push.addresses().size();
    this.results = new Delivery.Result[open];
  }

  Push push() {
    return push;
  }

  TopicPartition partition() {
    return partition;
  }

  long offset() {
    return offset;
  }

  /** Its devices, as messages that have not been sent yet. */
  List<OutgoingMessage> messages() {
    return IntStream.range(0, results.length)
        .mapToObj(device -> new OutgoingMessage(this, device))
        .toList();
  }

  /** Settles one device for good. */
  void settle(int device, Delivery.Outcome outcome, String reason, int attempts) {
    Push.Address address = push.addresses().get(device);
    String hash = outcome == Delivery.Outcome.DEAD_TOKEN ? sha256(address.token()) : null;
    results[device] = new Delivery.Result(address.tokenId(), hash, outcome, reason, attempts);
    open--;
  }

  /** That what we sent is wrong is said once per push, not once per device. */
  void blamePayload(String cause) {
    payloadFault = cause;
  }

  String payloadFault() {
    return payloadFault;
  }

  boolean isFinished() {
    return open == 0;
  }

  Delivery delivery(Instant at) {
    return new Delivery(
        push.id(),
        push.customerId(),
        push.lane(),
        Arrays.asList(results),
        push.causedAt(),
        at,
        push.campaignId());
  }

  static String sha256(String token) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
