package app.goalgpt.connectors.audit;

import java.util.List;

/**
 * What the audit found.
 *
 * @param checks what must hold, in the order of the file
 * @param notes what is worth knowing and wrong in nobody's eyes; its count is that of what was
 *     found
 * @param skipped names of the checks that a history with deleted rows cannot answer
 */
public record AuditReport(List<Check> checks, List<Check> notes, List<String> skipped) {
  public AuditReport {
    checks = List.copyOf(checks);
    notes = List.copyOf(notes);
    skipped = List.copyOf(skipped);
  }

  /**
   * @param name what holds when there is no violation, in words
   * @param violations how many rows say otherwise
   * @param examples some of them, in words
   */
  public record Check(String name, long violations, List<String> examples) {
    public Check {
      examples = List.copyOf(examples);
    }
  }

  /** Whether every check holds. */
  public boolean passed() {
    return checks.stream().allMatch(check -> check.violations() == 0);
  }

  /** A line for each check and note, with examples under those that failed. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Check check : checks) {
      boolean holds = check.violations() == 0;
      text.append(holds ? "  ok    " : "  FAIL  ").append(check.name());
      if (!holds) {
        text.append(": ").append(check.violations());
        check.examples().forEach(example -> text.append("\n          ").append(example));
      }
      text.append('\n');
    }
    skipped.forEach(name -> text.append("  -     ").append(name).append(" (not asked)\n"));
    for (Check note : notes) {
      text.append("  note  ")
          .append(note.name())
          .append(": ")
          .append(note.violations())
          .append('\n');
    }
    return text.toString();
  }
}
