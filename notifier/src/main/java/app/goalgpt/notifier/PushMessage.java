package app.goalgpt.notifier;

import app.goalgpt.messages.Push;
import com.google.firebase.messaging.AndroidConfig;
import com.google.firebase.messaging.AndroidNotification;
import com.google.firebase.messaging.ApnsConfig;
import com.google.firebase.messaging.Aps;
import com.google.firebase.messaging.Message;
import com.google.firebase.messaging.Notification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A push as FCM's message: SPEC, "Pushes", and the seeds' structure. */
final class PushMessage {
  /** FCM's limit for notification and data together, in bytes of UTF-8. */
  static final int MOST_BYTES = 4096;

  private static final Duration LONGEST_TTL = Duration.ofDays(28);
  private static final String DEEP_LINK = "deepLink";
  private static final String DEFAULT = "default";

  private PushMessage() {}

  /** The app's table holds registration tokens; FCM's installation ids (fid) are not there yet. */
  @SuppressWarnings("deprecation")
  static Message of(Push push, Push.Address address, Instant now) {
    String id = push.id().toString();
    return Message.builder()
        .setToken(address.token())
        .setNotification(
            Notification.builder()
                .setTitle(push.title())
                .setBody(push.body())
                .setImage(push.imageUrl())
                .build())
        .putAllData(push.data())
        .putData(DEEP_LINK, deepLink(push))
        .setAndroidConfig(
            AndroidConfig.builder()
                .setPriority(AndroidConfig.Priority.HIGH)
                .setCollapseKey(id)
                .setTtl(ttl(push, now).toMillis())
                .setNotification(
                    AndroidNotification.builder().setSound(DEFAULT).setChannelId(DEFAULT).build())
                .build())
        .setApnsConfig(
            ApnsConfig.builder()
                .putHeader("apns-collapse-id", id)
                .putHeader("apns-expiration", Long.toString(push.deadline().getEpochSecond()))
                .setAps(Aps.builder().setSound(DEFAULT).setBadge(1).build())
                .build())
        .build();
  }

  private static String deepLink(Push push) {
    return push.deepLink() == null ? "" : push.deepLink();
  }

  private static Duration ttl(Push push, Instant now) {
    Duration left = Duration.between(now, push.deadline());
    if (left.isNegative()) {
      return Duration.ZERO; // it passed since the message was taken up: FCM drops it, too
    }
    return left.compareTo(LONGEST_TTL) < 0 ? left : LONGEST_TTL;
  }

  /**
   * What FCM would refuse for its size or its keys. Asked before sending: FCM's own refusal of a
   * message that is too big looks like that of a dead token.
   */
  static Optional<String> fault(Push push) {
    int bytes = DEEP_LINK.length() + bytes(deepLink(push));
    bytes += bytes(push.title()) + bytes(push.body()) + bytes(push.imageUrl());
    for (Map.Entry<String, String> field : push.data().entrySet()) {
      String key = field.getKey();
      if (key.equals("from")
          || key.equals("message_type")
          || key.startsWith("google.")
          || key.startsWith("gcm.")) {
        return Optional.of("data key %s is reserved by FCM".formatted(key));
      }
      bytes += bytes(key) + bytes(field.getValue());
    }
    return bytes <= MOST_BYTES
        ? Optional.empty()
        : Optional.of(
            "notification and data have %d bytes, FCM takes %d".formatted(bytes, MOST_BYTES));
  }

  private static int bytes(String text) {
    return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
  }
}
