package app.goalgpt.connectors.capture;

import java.time.Instant;

/**
 * Says that the initial snapshot through a slot was completed, so that from there on the slot alone
 * is the position. Kept in the compacted topic {@code capture-markers}, keyed by the slot's name.
 *
 * @param systemIdentifier the database cluster that the slot belongs to
 * @param database the database within it
 * @param slot the replication slot
 * @param publication the publication that was streamed
 * @param completedAt when the snapshot's last row was acknowledged by Kafka
 * @param lsn the slot's confirmed position then, as Postgres writes it ({@code 0/16B3748})
 */
record CaptureMarker(
    String systemIdentifier,
    String database,
    String slot,
    String publication,
    Instant completedAt,
    String lsn) {}
