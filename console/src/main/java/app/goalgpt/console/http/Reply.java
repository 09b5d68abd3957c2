package app.goalgpt.console.http;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What a request is answered with. */
public sealed interface Reply {
  static Reply ok(Object body) {
    return new Body(200, body);
  }

  /** It is accepted, and will be done elsewhere. */
  static Reply accepted(Object body) {
    return new Body(202, body);
  }

  record Body(int status, Object body) implements Reply {}

  record Document(String type, byte[] bytes) implements Reply {}

  /** An answer that goes on. */
  non-sealed interface Ongoing extends Reply {
    /**
     * @param callback to be completed when it is over; headers that every answer has are set
     */
    void open(Request request, Response response, Callback callback);
  }
}
