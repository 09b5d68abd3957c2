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
import java.util.Objects;
import java.util.UUID;
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
  private final boolean mayBeRepeat;
  private final Delivery.Result[] results;
  private int open;
  private int underWay;
  private boolean hasNews;
  private boolean isAbandoned;
  private String payloadFault;

  /**
   * @param answered what devices said to whoever had the push before
   * @param mayBeRepeat whether the others may have been sent to as well, and nobody knows
   */
  PushInFlight(
      Push push,
      TopicPartition partition,
      long offset,
      List<Delivery.Result> answered,
      boolean mayBeRepeat) {
    this.push = push;
    this.partition = partition;
    this.offset = offset;
    this.mayBeRepeat = mayBeRepeat;
    this.results = new Delivery.Result[push.addresses().size()];
    for (int device = 0; device < results.length; device++) {
      results[device] = answerOf(push.addresses().get(device).tokenId(), answered);
    }
    this.open = (int) Arrays.stream(results).filter(Objects::isNull).count();
  }

  private static Delivery.Result answerOf(UUID tokenId, List<Delivery.Result> answered) {
    return answered.stream()
        .filter(result -> result.tokenId().equals(tokenId))
        .findFirst()
        .orElse(null);
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

  /** Whether somebody who is gone may have sent it already. */
  boolean mayBeRepeat() {
    return mayBeRepeat;
  }

  /** Devices without an answer that will not change. */
  int open() {
    return open;
  }

  /** Its open devices, as messages that have not been sent yet. */
  List<OutgoingMessage> messages() {
    return openDevices().mapToObj(device -> new OutgoingMessage(this, device)).toList();
  }

  private IntStream openDevices() {
    return IntStream.range(0, results.length).filter(device -> results[device] == null);
  }

  /** One of its messages has been sent. */
  void sent() {
    underWay++;
  }

  /** An answer, or none, came for one of its messages. */
  void answered() {
    underWay--;
  }

  /** Settles one device for good. */
  void settle(int device, Delivery.Outcome outcome, String reason, int attempts) {
    Push.Address address = push.addresses().get(device);
    String hash = outcome == Delivery.Outcome.DEAD_TOKEN ? sha256(address.secret()) : null;
    results[device] = new Delivery.Result(address.tokenId(), hash, outcome, reason, attempts);
    open--;
    hasNews = true;
  }

  /**
   * Whether devices have been settled that no delivery speaks of yet, while the others must wait:
   * were we gone then, they would be told twice. Asking takes it as written.
   */
  boolean isToBeNoted() {
    boolean note = hasNews && underWay == 0 && open > 0;
    hasNews &= !note;
    return note;
  }

  /** Somebody else goes on with it; answers under way still count. */
  void abandon() {
    isAbandoned = true;
  }

  boolean isAbandoned() {
    return isAbandoned;
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

  /** What is known by now. */
  Delivery delivery(Instant at) {
    return new Delivery(
        push.id(),
        push.customerId(),
        push.lane(),
        open == 0 ? List.of(results) : Arrays.stream(results).filter(Objects::nonNull).toList(),
        push.causedAt(),
        at,
        push.campaignId(),
        open == 0
            ? List.of()
            : openDevices().mapToObj(device -> push.addresses().get(device).tokenId()).toList(),
        mayBeRepeat ? Boolean.TRUE : null);
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
