package app.goalgpt.connectors.queries;

import java.time.Instant;
import java.util.UUID;

/** Where a page that is ordered by an instant and then by the id ended. */
public record Cursor(Instant at, UUID id) {}
