package app.goalgpt.topology.stream;

import app.goalgpt.messages.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Envelopes as Debezium's JSON converter writes them, with what the reader looks at. */
final class Envelopes {
  private Envelopes() {}

  static byte[] created(long lsn, Map<String, ?> after) {
    return envelope("c", lsn, null, after);
  }

  static byte[] updated(long lsn, Map<String, ?> after) {
    return envelope("u", lsn, null, after);
  }

  static byte[] deleted(long lsn, Map<String, ?> before) {
    return envelope("d", lsn, before, null);
  }

  static byte[] snapshot(long lsn, Map<String, ?> after) {
    return envelope("r", lsn, null, after);
  }

  /** Columns in pairs: name, value. Values may be null. */
  static Map<String, Object> row(Object... columns) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < columns.length; i += 2) {
      row.put(columns[i].toString(), columns[i + 1]);
    }
    return row;
  }

  private static byte[] envelope(String op, long lsn, Map<String, ?> before, Map<String, ?> after) {
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("before", before);
    envelope.put("after", after);
    envelope.put(
        "source",
        Map.of("lsn", lsn, "ts_us", 1_700_000_000_000_000L + lsn, "snapshot", op.equals("r")));
    envelope.put("op", op);
    return Json.write(withNulls(envelope));
  }

  /** The project's JSON leaves nulls out; Debezium's has them. */
  private static Object withNulls(Object value) {
    return Json.MAPPER
        .copy()
        .setDefaultPropertyInclusion(com.fasterxml.jackson.annotation.JsonInclude.Include.ALWAYS)
        .valueToTree(value);
  }
}
