package app.goalgpt.embedded.fcm;

/** Decides the answer to each well-formed request; called from several threads at once. */
@FunctionalInterface
public interface Script {
  /** Tokens that start so belong to apps that were uninstalled, in {@link #deadTokens}. */
  String DEAD_PREFIX = "dead-";

  Answer answer(FcmRequest request);

  /** Takes every message. */
  static Script accepting() {
    return request -> Answer.accept();
  }

  /** Takes every message but those to tokens that start with {@link #DEAD_PREFIX}: UNREGISTERED. */
  static Script deadTokens() {
    return request ->
        request.token().startsWith(DEAD_PREFIX)
            ? Answer.refuse(FcmError.UNREGISTERED)
            : Answer.accept();
  }
}
