package app.goalgpt.standalone.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * One statement of the app with its values.
 *
 * @param text with a question mark for each value
 * @param values null where there is none
 */
public record Sql(String text, List<Object> values) {
  public Sql {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  static Sql of(String text, Object... values) {
    return new Sql(text, Arrays.asList(values));
  }
}
