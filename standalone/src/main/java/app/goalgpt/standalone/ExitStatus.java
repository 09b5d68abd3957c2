package app.goalgpt.standalone;

/** What the command line tells its caller. */
final class ExitStatus {
  static final int OK = 0;

  /** The audit found a difference. */
  static final int DIFFERS = 1;

  /** A setting or an argument is wrong; nothing was started. */
  static final int WRONG_SETTING = 2;

  /** The start was refused: the place that it was to start in does not allow it. */
  static final int REFUSED = 3;

  /** Started, and failed for good later on. */
  static final int FAILED = 4;

  private ExitStatus() {}
}
