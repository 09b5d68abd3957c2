package app.goalgpt.standalone.demo;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Lines, and below them one line that changes in place. Where nobody watches (a pipe, a file) only
 * whole lines are written, without control characters. Letters are UTF-8, whatever the locale.
 */
public final class Terminal {
  private static final String CLEAR_LINE = "\r\u001B[K";
  private static final int BAR = 24;

  /** Colours by their SGR number. */
  public enum Style {
    BOLD(1),
    DIM(2),
    RED(31),
    GREEN(32),
    YELLOW(33),
    BLUE(34),
    MAGENTA(35),
    CYAN(36);

    private final int sgr;

    Style(int sgr) {
      this.sgr = sgr;
    }
  }

  private final PrintStream out;
  private final boolean interactive;
  private final boolean colours;
  private boolean transientShown;

  /**
   * @param interactive whether a line may be written over
   */
  public Terminal(PrintStream out, boolean interactive, boolean colours) {
    this.out = out;
    this.interactive = interactive;
    this.colours = colours;
  }

  /**
   * Standard output. Whether it is a terminal is told by the system property {@code
   * goalgpt.terminal}, for Java cannot tell on every version; NO_COLOR in the environment turns
   * colours off.
   */
  public static Terminal standardOutput(Map<String, String> environment) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    boolean interactive = Boolean.getBoolean("goalgpt.terminal");
    boolean noColor = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(out, interactive, interactive && !noColor);
  }

  public synchronized void line(String text) {
    clear();
    out.println(text);
  }

  /** Shows how far something is; where nobody watches, nothing. */
  public synchronized void progress(String label, long done, long total) {
    if (!interactive) {
      return;
    }
    int filled = (int) Math.min(BAR, BAR * done / Math.max(1, total));
    String bar = "█".repeat(filled) + "░".repeat(BAR - filled);
    show("%s %s %,d of %,d".formatted(label(label), style(Style.CYAN, bar), done, total));
  }

  /** Shows what is going on, without an end in sight; where nobody watches, nothing. */
  public synchronized void working(String label, String how) {
    if (interactive) {
      show(label(label) + " " + how);
    }
  }

  /** A step is done: its line stays. */
  public synchronized void done(String label, String result) {
    line(label(label) + " " + result);
  }

  private static String label(String label) {
    return "  %-20s".formatted(label);
  }

  private void show(String text) {
    out.print(CLEAR_LINE + text);
    out.flush();
    transientShown = true;
  }

  private void clear() {
    if (transientShown) {
      out.print(CLEAR_LINE);
      transientShown = false;
    }
  }

  public String style(Style style, String text) {
    return colours ? "\u001B[%dm%s\u001B[0m".formatted(style.sgr, text) : text;
  }
}
