package app.goalgpt.topology.customer;

/**
 * An active row of customer_push_tokens.
 *
 * @param token where to send: a secret
 * @param platform android, ios, …; empty when the row does not say
 */
public record Device(String token, String platform) {
  /** Never shows the token. */
  @Override
  public String toString() {
    return "Device[" + platform + "]";
  }
}
