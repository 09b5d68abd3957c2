package app.goalgpt.connectors.audit;

import app.goalgpt.connectors.audit.AuditReport.Check;
import app.goalgpt.messages.AppTables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the app's tables, in plain SQL, whether rewards are what they should be, both ways: nothing
 * missing, nothing extra, every balance the sum of its movements. {@code checks.sql} is the table
 * of what is asked. It changes nothing, and speaks of one instant: rewards that are on their way
 * then count as missing.
 */
public final class Audit {
  private static final int EXAMPLES = 5;
  private static final Pattern HEADING =
      Pattern.compile("^-- (CHECK|CHECK WITH WHOLE HISTORY|NOTE): (.+)$", Pattern.MULTILINE);

  enum Kind {
    CHECK,
    CHECK_WITH_WHOLE_HISTORY,
    NOTE
  }

  record Question(Kind kind, String name, String sql) {}

  private Audit() {}

  /**
   * Asks everything, in one read-only transaction of its own.
   *
   * @param connection not in a transaction
   */
  public static AuditReport run(Connection connection, AppTables tables, AuditConfig config)
      throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try {
      begin(connection, config);
      return ask(connection, tables, config);
    } finally {
      connection.rollback();
      connection.setAutoCommit(autoCommit);
    }
  }

  private static void begin(Connection connection, AuditConfig config) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      statement.execute("SET LOCAL jit = off");
    }
    try (PreparedStatement setting =
        connection.prepareStatement("SELECT set_config('goalgpt.qualifying_statuses', ?, true)")) {
      setting.setString(1, String.join(",", config.qualifyingStatuses()));
      setting.execute();
    }
  }

  private static AuditReport ask(Connection connection, AppTables tables, AuditConfig config)
      throws SQLException {
    String facts = facts(tables);
    List<Check> checks = new ArrayList<>();
    List<Check> notes = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (Question question : questions()) {
      if (question.kind() == Kind.CHECK_WITH_WHOLE_HISTORY && !config.wholeHistory()) {
        skipped.add(question.name());
      } else {
        Check answer = ask(connection, facts, question.name(), tables.sql(question.sql()));
        (question.kind() == Kind.NOTE ? notes : checks).add(answer);
      }
    }
    return new AuditReport(checks, notes, skipped);
  }

  private static Check ask(Connection connection, String facts, String name, String sql)
      throws SQLException {
    String query =
        "%s SELECT count(*), (array_agg(violation))[1:%d] FROM (%s) AS found"
            .formatted(facts, EXAMPLES, sql);
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      try (ResultSet row = statement.executeQuery(query)) {
        row.next();
        List<String> examples =
            row.getLong(1) == 0 ? List.of() : Arrays.asList((String[]) row.getArray(2).getArray());
        return new Check(name, row.getLong(1), examples);
      }
    } catch (SQLException e) {
      throw new SQLException(
          "the audit cannot ask whether %s: %s".formatted(name, e.getMessage()),
          e.getSQLState(),
          e);
    }
  }

  /**
   * SQL to begin a query with: what the checks read from, {@code person} (a row per customer, with
   * the values that conditions ask for, as they are now) among it.
   */
  public static String facts(AppTables tables) {
    return tables.sql(resource("facts.sql"));
  }

  static List<Question> questions() {
    String text = resource("checks.sql");
    List<Question> questions = new ArrayList<>();
    Matcher heading = HEADING.matcher(text);
    boolean found = heading.find();
    while (found) {
      Kind kind = Kind.valueOf(heading.group(1).replace(' ', '_'));
      String name = heading.group(2);
      int start = heading.end();
      found = heading.find();
      int end = found ? heading.start() : text.length();
      questions.add(new Question(kind, name, text.substring(start, end).strip()));
    }
    return questions;
  }

  private static String resource(String file) {
    try (InputStream in = Audit.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
