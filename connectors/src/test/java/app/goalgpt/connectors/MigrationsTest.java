package app.goalgpt.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  @Test
  void severalProcessesBringAnExistingDatabaseUpToDateOnce() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary();
        Connection connection = postgres.connect()) {
      AppSchema.install(connection);
      Settings settings =
          Settings.of(postgres.settings()).with(Map.of("TABLE_REWARD_LEDGER", "rewards"));
      ExecutorService threads = Executors.newFixedThreadPool(3);
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        runs.add(threads.submit(() -> migrate(settings)));
      }
      for (Future<?> run : runs) {
        run.get();
      }
      threads.shutdown();
      migrate(settings);

      assertThat(value(connection, "SELECT to_regclass('public.rewards')::text"))
          .isEqualTo("rewards");
      assertThat(
              value(
                  connection,
                  "SELECT count(*) - count(DISTINCT version) FROM " + Migrations.HISTORY))
          .isEqualTo("0");
    }
  }

  @Test
  void aDatabaseThatCannotBeReachedIsNamedWithoutItsPassword() {
    Settings nowhere = Settings.of(Map.of("DATABASE_URL", "postgres://u:secret@127.0.0.1:1/x"));
    assertThatThrownBy(() -> migrate(nowhere))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("u@127.0.0.1:1/x")
        .hasMessageNotContaining("secret");
  }

  private static void migrate(Settings settings) {
    Migrations.migrate(DatabaseConfig.from(settings), AppTables.from(settings));
  }

  private static String value(Connection connection, String sql) throws SQLException {
    try (ResultSet row = connection.createStatement().executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
