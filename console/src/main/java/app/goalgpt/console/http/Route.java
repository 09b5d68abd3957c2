package app.goalgpt.console.http;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One thing that the API does.
 *
 * @param template the path, with parameters in braces
 * @param query names of the query's parameters; others are refused
 */
public record Route(String method, String template, Set<String> query, Action action) {
  public Route {
    query = Set.copyOf(query);
  }

  /** Answers a request that has a token. */
  public interface Action {
    Reply answer(Exchange exchange) throws Exception;
  }

  public static Route get(String template, Action action, String... query) {
    return new Route("GET", template, Set.of(query), action);
  }

  public static Route post(String template, Action action) {
    return new Route("POST", template, Set.of(), action);
  }

  public static Route put(String template, Action action) {
    return new Route("PUT", template, Set.of(), action);
  }

  public static Route delete(String template, Action action) {
    return new Route("DELETE", template, Set.of(), action);
  }

  /** The path's parameters, when the path is of this template. */
  Optional<Map<String, String>> match(String path) {
    List<String> wanted = Arrays.asList(template.split("/", -1));
    List<String> found = Arrays.asList(path.split("/", -1));
    if (wanted.size() != found.size()) {
      return Optional.empty();
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      String part = wanted.get(i);
      if (part.startsWith("{")) {
        parameters.put(part.substring(1, part.length() - 1), found.get(i));
      } else if (!part.equals(found.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }
}
