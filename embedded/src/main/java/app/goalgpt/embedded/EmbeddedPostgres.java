package app.goalgpt.embedded;

import app.goalgpt.embedded.PostgresProcess.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Postgres on this machine's loopback address, ready for logical decoding, with an empty
 * database {@code goalgpt}. It ends with this JVM, even when that is killed.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration PREDECESSOR = Duration.ofSeconds(30);
  private static final int PORTS_TRIED = 10;
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private final Path home;
  private final boolean isTemporary;
  private final PostgresAccount account;
  private final PostgresBinaries binaries;
  private final Map<String, String> postgresSettings = new LinkedHashMap<>();
  private final FolderLock lock;
  private final String password;
  private int port;
  private PostgresProcess process;

  /**
   * Data in a temporary folder, removed on close and when this JVM ends. Not safe from a crash of
   * the machine.
   */
  public static EmbeddedPostgres temporary() {
    return temporary(Map.of());
  }

  /** As {@link #temporary()}, with settings of postgresql.conf on top of ours. */
  public static EmbeddedPostgres temporary(Map<String, String> postgresSettings) {
    try {
      Path home = Files.createTempDirectory("goalgpt-postgres-").toRealPath();
      return new EmbeddedPostgres(home, true, postgresSettings, PostgresAccount.detect());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start Postgres: " + e.getMessage(), e);
    }
  }

  /**
   * Data in this folder (created if need be), on the port of last time where that is free. What was
   * committed survives restarts, kill -9 and a crash of the machine.
   *
   * @throws IllegalStateException when the folder is in use
   */
  public static EmbeddedPostgres in(Path folder) {
    return in(folder, Map.of());
  }

  /** As {@link #in(Path)}, with settings of postgresql.conf on top of ours. */
  public static EmbeddedPostgres in(Path folder, Map<String, String> postgresSettings) {
    return in(folder, postgresSettings, PostgresAccount.detect());
  }

  static EmbeddedPostgres in(
      Path folder, Map<String, String> postgresSettings, PostgresAccount account) {
    try {
      if (FileTrees.create(folder)) {
        account.own(folder);
      }
      return new EmbeddedPostgres(folder.toRealPath(), false, postgresSettings, account);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot start Postgres in %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private EmbeddedPostgres(
      Path home, boolean isTemporary, Map<String, String> extra, PostgresAccount account)
      throws IOException {
    this.home = home;
    this.isTemporary = isTemporary;
    this.account = account;
    this.binaries = PostgresBinaries.unpacked(account);
    this.lock = new FolderLock(home);
    try {
      if (!Files.isDirectory(data())) {
        PostgresTemplate.ready(binaries, account).copyTo(home);
        account.own(isTemporary ? home : data());
      }
      this.password = Files.readString(home.resolve("password"));
      account.requireReach(data());
      postgresSettings.putAll(defaults());
      postgresSettings.putAll(extra);
      startOnSomePort();
    } catch (IOException | RuntimeException e) {
      lock.close();
      if (isTemporary) {
        FileTrees.delete(home);
      }
      throw e;
    }
  }

  private Path data() {
    return home.resolve("data");
  }

  private Map<String, String> defaults() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("unix_socket_directories", "");
    settings.put("wal_level", "logical");
    settings.put("max_wal_senders", "20");
    settings.put("max_replication_slots", "20");
    settings.put("track_commit_timestamp", "on");
    // Off, the WAL sender would wait for the WAL writer's 200 ms.
    settings.put("synchronous_commit", "on");
    settings.put("fsync", isTemporary ? "off" : "on");
    settings.put("full_page_writes", isTemporary ? "off" : "on");
    settings.put("timezone", "UTC");
    settings.put("log_timezone", "UTC");
    settings.put("log_line_prefix", "");
    settings.put("jit", "off");
    return settings;
  }

  private void startOnSomePort() throws IOException {
    awaitPredecessor();
    port = Ports.remembered(home.resolve("port"));
    for (int tried = 1; ; tried++) {
      try {
        start();
        break;
      } catch (StartFailure e) {
        if (!e.portIsTaken() || tried == PORTS_TRIED) {
          throw e;
        }
        port = Ports.free();
      }
    }
    Files.writeString(home.resolve("port"), Integer.toString(port));
  }

  /**
   * A Postgres whose JVM was killed may be stopping still; a postmaster.pid whose number belongs to
   * another program by now (the machine was restarted) would keep Postgres from starting.
   */
  private void awaitPredecessor() throws IOException {
    Path pidFile = data().resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    List<String> lines = Files.readAllLines(pidFile);
    long pid = lines.isEmpty() ? 0 : Long.parseLong(lines.get(0).strip());
    ProcessHandle predecessor = ProcessHandle.of(pid).orElse(null);
    if (predecessor == null) {
      return;
    }
    ProcessHandle.Info info = predecessor.info();
    String program = info.command().or(info::commandLine).orElse("");
    if (!program.isEmpty() && !program.contains("postgres")) {
      Files.deleteIfExists(pidFile);
      return;
    }
    try {
      predecessor.onExit().get(PREDECESSOR.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "%s is in use by the running process %d".formatted(data(), pid), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot wait for process " + pid, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for process " + pid, e);
    }
  }

  /** Starts it again after {@link #stop}, on the same port. */
  public synchronized void start() {
    if (process != null) {
      return;
    }
    long begin = System.nanoTime();
    List<String> command = new ArrayList<>();
    command.addAll(List.of(binaries.program("postgres"), "-D", data().toString()));
    command.addAll(List.of("-c", "port=" + port));
    postgresSettings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    try {
      PostgresProcess starting = new PostgresProcess(account, isTemporary ? home : null, command);
      starting.awaitReady(START);
      process = starting;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start Postgres: " + e.getMessage(), e);
    }
    log.debug(
        "Postgres on 127.0.0.1:{} after {} ms, data in {}",
        port,
        (System.nanoTime() - begin) / 1_000_000,
        data());
  }

  /** Stops it fast: open transactions are rolled back, clients disconnected. The data stays. */
  public synchronized void stop() {
    if (process != null) {
      process.stop();
      process = null;
    }
  }

  /** {@link #stop}, then {@link #start}. */
  public synchronized void restart() {
    stop();
    start();
  }

  /** Where it is, as DATABASE_URL says it. Carries the password, so it belongs in no log. */
  public String url() {
    return "postgres://%s:%s@127.0.0.1:%d/%s"
        .formatted(PostgresTemplate.SUPERUSER, password, port, PostgresTemplate.DATABASE);
  }

  public int port() {
    return port;
  }

  /** What a part of this system needs to find it. */
  public Map<String, String> settings() {
    return Map.of("DATABASE_URL", url());
  }

  /** A new connection as the superuser, in autocommit. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, PostgresTemplate.DATABASE),
        PostgresTemplate.SUPERUSER,
        password);
  }

  @Override
  public synchronized void close() {
    stop();
    try {
      lock.close();
    } catch (IOException e) {
      log.debug("cannot let go of {}: {}", home, e.getMessage());
    }
    if (isTemporary) {
      FileTrees.delete(home);
    }
  }

  /** Names the place, never the password. */
  @Override
  public String toString() {
    return "Postgres on 127.0.0.1:%d, data in %s".formatted(port, data());
  }
}
