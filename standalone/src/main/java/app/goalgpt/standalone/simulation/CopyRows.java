package app.goalgpt.standalone.simulation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.LongConsumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/** Rows of one table on their way through COPY, in its text format. */
final class CopyRows implements AutoCloseable {
  private static final int CHUNK = 1 << 16;
  private static final int REPORT_EVERY = 5_000;
  private final PGCopyOutputStream out;
  private final LongConsumer progress;
  private final StringBuilder text = new StringBuilder(CHUNK + 2_000);
  private long rows;

  private CopyRows(PGCopyOutputStream out, LongConsumer progress) {
    this.out = out;
    this.progress = progress;
  }

  /**
   * @param progress told how many more rows were written, now and then
   */
  static CopyRows into(Connection connection, String table, String columns, LongConsumer progress)
      throws SQLException {
    String sql = "COPY %s (%s) FROM STDIN".formatted(table, columns);
    return new CopyRows(
        new PGCopyOutputStream(connection.unwrap(PGConnection.class), sql, CHUNK), progress);
  }

  void row(Object... values) throws IOException {
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        text.append('\t');
      }
      append(values[i]);
    }
    text.append('\n');
    if (++rows % REPORT_EVERY == 0) {
      progress.accept(REPORT_EVERY);
    }
    if (text.length() >= CHUNK) {
      flush();
    }
  }

  private void append(Object value) {
    if (value == null) {
      text.append("\\N");
      return;
    }
    String plain = value.toString();
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        default -> text.append(c);
      }
    }
  }

  private void flush() throws IOException {
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    text.setLength(0);
  }

  /** Ends the COPY; its rows are then part of the connection's transaction. */
  @Override
  public void close() throws IOException {
    flush();
    out.close();
    progress.accept(rows % REPORT_EVERY);
  }
}
