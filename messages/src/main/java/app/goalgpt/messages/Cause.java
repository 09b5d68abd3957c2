package app.goalgpt.messages;

import java.time.Instant;

/**
 * The committed row that made a condition hold.
 *
 * @param table the app's table, by the name it has in the database
 * @param rowId the row's primary key
 * @param lsn the change's position in the write-ahead log
 * @param committedAt when the row's transaction committed, to the microsecond; for a row read by a
 *     snapshot, when it was read
 */
public record Cause(String table, String rowId, long lsn, Instant committedAt) {}
