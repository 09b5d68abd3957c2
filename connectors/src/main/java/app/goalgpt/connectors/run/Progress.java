package app.goalgpt.connectors.run;

/** How a job says how far it is; to be told after each transaction or so. */
public interface Progress {
  /**
   * Says what was done so far; cheap, it is passed on now and then.
   *
   * @param items in all since the run was begun
   * @throws RunStoppedException when this process stops: let it through, the run goes on elsewhere
   */
  void items(long items);
}
