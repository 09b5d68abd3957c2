package app.goalgpt.topology.change;

/**
 * Which version of a row a change tells of.
 *
 * @param lsn the position in the write-ahead log: of the change itself, or, for a snapshot, of the
 *     snapshot
 * @param snapshot whether a snapshot read it, rather than the stream
 * @param present false when the row is deleted by it
 */
public record Version(long lsn, boolean snapshot, boolean present) {}
