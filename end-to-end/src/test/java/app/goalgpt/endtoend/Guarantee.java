package app.goalgpt.endtoend;

/**
 * What the system promises, whatever is done to its parts. Checked when the app has stopped writing
 * and {@link Deployment#drain} has returned, as often as a test likes: each looks at the whole
 * history since the deployment began.
 */
interface Guarantee {
  /** Throws an AssertionError that says what is broken. */
  void check(Deployment deployment);
}
