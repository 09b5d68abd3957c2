package app.goalgpt.notifier;

import app.goalgpt.messages.Push;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One push, sent at once and past the queues: once to each device, and what FCM said. Nothing is
 * tried again, and no token is switched off by it.
 */
public final class PushByHand {
  private PushByHand() {}

  /**
   * What FCM said of one device.
   *
   * @param tokenId the row of customer_push_tokens
   * @param accepted whether FCM took it, or in a dry run would have taken it
   * @param said FCM's error code, {@code HTTP_…}, {@code IO} or {@code TIMEOUT}; {@code accepted}
   *     when it took it
   * @param meaning what the notifier would do about it
   */
  public record Answer(UUID tokenId, boolean accepted, String said, String meaning) {}

  /**
   * Sends it and waits for the answers, one per device and in their order.
   *
   * @param dryRun whether FCM is to look at it only ({@code validate_only})
   * @throws IllegalArgumentException when FCM would refuse the message whatever the device
   * @throws app.goalgpt.settings.SettingException when the service account cannot be read
   */
  public static List<Answer> send(FcmConfig config, Push push, boolean dryRun) {
    PushMessage.fault(push)
        .ifPresent(
            fault -> {
              throw new IllegalArgumentException(fault);
            });
    Clock clock = Clock.systemUTC();
    int devices = push.addresses().size();
    try (FcmGateway gateway = FcmHttpGateway.open(config, Math.max(1, devices), dryRun, clock)) {
      List<CompletableFuture<FcmAnswer>> answers =
          push.addresses().stream().map(address -> gateway.send(push, address)).toList();
      List<Answer> said = new ArrayList<>();
      for (int device = 0; device < devices; device++) {
        said.add(answer(push.addresses().get(device), answers.get(device).join(), clock.instant()));
      }
      return said;
    }
  }

  private static Answer answer(Push.Address address, FcmAnswer answer, Instant now) {
    Reaction reaction = Reaction.to(answer, now);
    boolean accepted = reaction instanceof Reaction.Accepted;
    return new Answer(
        address.tokenId(), accepted, accepted ? "accepted" : answer.reason(), meaning(reaction));
  }

  private static String meaning(Reaction reaction) {
    if (reaction instanceof Reaction.Accepted) {
      return "";
    }
    if (reaction instanceof Reaction.DeadToken) {
      return "the device is gone: the notifier would switch its token off";
    }
    if (reaction instanceof Reaction.BadPayload) {
      return "FCM does not take this message: the notifier would set it aside";
    }
    if (reaction instanceof Reaction.Misconfigured) {
      return "the Firebase project and the device's app do not fit: the token stays";
    }
    if (reaction instanceof Reaction.SlowDown) {
      return "the project's quota is used up: the notifier would pause and send it again";
    }
    return "the notifier would send it again until the push's deadline";
  }
}
