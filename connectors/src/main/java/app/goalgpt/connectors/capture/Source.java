package app.goalgpt.connectors.capture;

import app.goalgpt.settings.DatabaseConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The captured database and its slot, over one connection. */
final class Source implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Source.class);

  private final CaptureConfig config;
  private final Connection connection;
  private final String systemIdentifier;

  private Source(CaptureConfig config, Connection connection) throws SQLException {
    this.config = config;
    this.connection = connection;
    this.systemIdentifier =
        text("SELECT system_identifier::text FROM pg_control_system()").orElseThrow();
  }

  /**
   * Connects and checks everything that capture needs.
   *
   * @throws CaptureRefusedException when something must be done first
   * @throws SQLException when the database is away
   */
  static Source open(CaptureConfig config) throws SQLException {
    DatabaseConfig database = config.database();
    Properties properties = new Properties();
    properties.put("user", database.user());
    properties.put("password", database.password());
    properties.put("ApplicationName", "goalgpt-capture");
    Connection connection = connect(database, properties);
    try {
      SourceCheck.check(connection, config);
      return new Source(config, connection);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static Connection connect(DatabaseConfig database, Properties properties)
      throws SQLException {
    try {
      return DriverManager.getConnection(database.jdbcUrl(), properties);
    } catch (SQLException e) {
      if (isRefusal(e)) {
        throw new CaptureRefusedException("Cannot log in to " + database + ": " + e.getMessage());
      }
      throw e;
    }
  }

  private static boolean isRefusal(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("28") || state.equals("3D000"));
  }

  Optional<ReplicationSlot> slot() throws SQLException {
    return ReplicationSlot.find(connection, config.slot());
  }

  /**
   * Whether no other capture takes this slot's snapshot: a promise until this is closed. (While
   * changes are streamed, the slot itself is taken.)
   */
  boolean isAlone() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT pg_try_advisory_lock(hashtextextended(?, 0))")) {
      query.setString(1, "goalgpt capture " + config.slot());
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /**
   * The slot before a snapshot: there, and holding all WAL from now on.
   *
   * @throws CaptureRefusedException when the slot of that name is not ours to use
   */
  ReplicationSlot prepareSlot() throws SQLException {
    Optional<ReplicationSlot> found = slot();
    if (found.isPresent()) {
      checkKind(found.get());
      if (!found.get().lost()) {
        return found.get();
      }
      LOG.warn("Slot {} is lost; a new one takes its place", config.slot());
      ReplicationSlot.drop(connection, config.slot());
    }
    LOG.info("Creating slot {} in {}", config.slot(), config.database());
    return ReplicationSlot.create(connection, config.slot());
  }

  /**
   * The slot that goes on where it was confirmed.
   *
   * @throws CaptureRefusedException when it cannot
   */
  ReplicationSlot resumeSlot(CaptureMarker marker) throws SQLException {
    if (!marker.systemIdentifier().equals(systemIdentifier)) {
      throw new CaptureRefusedException(
          ("%s is another database server (system identifier %s) than the one whose changes are on"
                  + " the topics (%s). If it took that one's place and its log goes on from there (a"
                  + " promoted standby's does), start once with CAPTURE_RESNAPSHOT=true; otherwise"
                  + " set another TOPIC_PREFIX.")
              .formatted(config.database(), systemIdentifier, marker.systemIdentifier()));
    }
    ReplicationSlot slot =
        slot()
            .orElseThrow(
                () ->
                    new CaptureRefusedException(
                        ("Slot %s is gone from %s, and with it the changes since the last that was"
                                + " confirmed. %s")
                            .formatted(config.slot(), config.database(), resnapshotAdvice())));
    checkKind(slot);
    if (slot.lost()) {
      throw new CaptureRefusedException(
          ("Slot %s of %s is lost: the server has removed WAL that it needs (see"
                  + " max_slot_wal_keep_size). %s")
              .formatted(config.slot(), config.database(), resnapshotAdvice()));
    }
    return slot;
  }

  private static String resnapshotAdvice() {
    return "Start once with CAPTURE_RESNAPSHOT=true to read all tables again; what was deleted in"
        + " between stays unknown to the topics.";
  }

  private void checkKind(ReplicationSlot slot) throws SQLException {
    if (!"pgoutput".equals(slot.plugin())) {
      throw new CaptureRefusedException(
          "Slot %s is for %s, not pgoutput: set another CAPTURE_SLOT"
              .formatted(slot.name(), slot.plugin() == null ? "a standby" : slot.plugin()));
    }
    if (!config.database().database().equals(slot.database())) {
      throw new CaptureRefusedException(
          "Slot %s belongs to database \"%s\", not to \"%s\": set another CAPTURE_SLOT, or another DATABASE_URL"
              .formatted(slot.name(), slot.database(), config.database().database()));
    }
  }

  /**
   * @throws CaptureRefusedException when the topics hold another server's positions that these
   *     tables' would not be newer than
   */
  void checkResnapshot(CaptureMarker marker) throws SQLException {
    boolean moved = !marker.systemIdentifier().equals(systemIdentifier);
    if (moved && !isAfter(marker.lsn())) {
      throw new CaptureRefusedException(
          ("%s is another database server than the one whose changes are on the topics, and its log"
                  + " is not as far: its rows would count as older than theirs. Set another"
                  + " TOPIC_PREFIX.")
              .formatted(config.database()));
    }
  }

  private boolean isAfter(String lsn) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT pg_current_wal_lsn() > ?::pg_lsn")) {
      query.setString(1, lsn);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  CaptureMarker marker(ReplicationSlot slot, Instant completedAt) {
    return new CaptureMarker(
        systemIdentifier,
        config.database().database(),
        config.slot(),
        config.publication(),
        completedAt,
        slot.confirmedLsn());
  }

  private Optional<String> text(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
