package app.goalgpt.connectors.ledger;

import app.goalgpt.messages.AppTables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The ledger's SQL, in files beside this class, with this deployment's names put in. */
final class Statements {
  private Statements() {}

  static String read(String file, AppTables tables) {
    try (InputStream in = Statements.class.getResourceAsStream(file)) {
      return tables.sql(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
