package app.goalgpt.topology.job;

/** Which text a notice has. What tries no second text has only the first. */
public enum Variant {
  /** The campaign's own text, and that of everything that is no campaign. */
  A,
  /** The one that is tried against it. */
  B
}
