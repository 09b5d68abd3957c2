package app.goalgpt.endtoend;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** The Postgres and the broker that a deployment stands on: embedded, or in containers. */
interface Servers extends AutoCloseable {
  /** What a part of this system needs to find them. */
  Map<String, String> settings();

  /** To Postgres, as its superuser. */
  Connection connect() throws SQLException;

  void restartKafka();

  void stopPostgres();

  /** Returns when it answers. */
  void startPostgres();

  @Override
  void close();
}
