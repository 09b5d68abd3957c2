package app.goalgpt.topology.change;

/**
 * How far a row has been followed. One number would not do: a transaction in flight while a
 * snapshot was read has changes with LSNs below the snapshot's that the snapshot did not see
 * (docs/ARCHITECTURE.md, "Positions").
 *
 * @param streamed the LSN of the newest streamed version applied, 0 for none
 * @param snapshot the LSN of the newest snapshot read applied, 0 for none
 * @param present whether the row is there
 */
public record Position(long streamed, long snapshot, boolean present) {
  public static final Position NONE = new Position(0, 0, false);

  /** Whether that version is news to this position. */
  public boolean isOlderThan(Version version) {
    if (version.snapshot()) {
      return version.lsn() > Math.max(streamed, snapshot);
    }
    // A row that changes its customer is deleted there and created here with one LSN: present wins.
    return version.lsn() > streamed
        || version.lsn() == streamed && version.present() && !present && streamed > 0;
  }

  /** This position after that version was applied. */
  public Position at(Version version) {
    return version.snapshot()
        ? new Position(streamed, version.lsn(), version.present())
        : new Position(version.lsn(), snapshot, version.present());
  }
}
