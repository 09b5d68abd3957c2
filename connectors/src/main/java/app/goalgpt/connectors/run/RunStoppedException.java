package app.goalgpt.connectors.run;

/** This process stops; the run is begun again by whoever reads its tick next. */
public final class RunStoppedException extends RuntimeException {
  public RunStoppedException() {
    super("stopped in the middle, to be begun again");
  }
}
