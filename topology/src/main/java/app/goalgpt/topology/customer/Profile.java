package app.goalgpt.topology.customer;

import java.util.Locale;

/**
 * @param deleted a deleted customer earns nothing and is told nothing
 * @param pushAllowed is_push_allowed_mobile
 * @param locale locale_preference as it is, null when there is none
 */
public record Profile(boolean deleted, boolean pushAllowed, String locale) {

  /** Whether the customer is told in English rather than in Turkish. */
  public boolean english() {
    if (locale == null) {
      return false;
    }
    String lower = locale.toLowerCase(Locale.ROOT);
    return lower.equals("en") || lower.startsWith("en-") || lower.startsWith("en_");
  }
}
