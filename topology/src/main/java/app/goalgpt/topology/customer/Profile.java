package app.goalgpt.topology.customer;

/**
 * @param deleted a deleted customer earns nothing and is told nothing
 * @param pushAllowed is_push_allowed_mobile
 * @param english whether the customer is told in English rather than in Turkish
 */
public record Profile(boolean deleted, boolean pushAllowed, boolean english) {
  public static final Profile DELETED = new Profile(true, false, false);
}
