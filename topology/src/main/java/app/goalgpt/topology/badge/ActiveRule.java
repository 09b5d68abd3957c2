package app.goalgpt.topology.badge;

/** A rule that awards, with its condition read. */
public record ActiveRule(BadgeRule rule, Condition condition) {
  public static ActiveRule of(BadgeRule rule) {
    return new ActiveRule(rule, ConditionReader.read(rule.condition()));
  }
}
