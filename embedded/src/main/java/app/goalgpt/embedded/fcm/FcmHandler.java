package app.goalgpt.embedded.fcm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;

/** FCM's HTTP v1 protocol: reads a request, asks for the answer, writes it. Never blocks. */
final class FcmHandler extends Handler.Abstract.NonBlocking {
  private static final Pattern PATH = Pattern.compile("/v1/projects/([^/]+)/messages:send");
  private static final String FCM_ERROR_TYPE =
      "type.googleapis.com/google.firebase.fcm.v1.FcmError";
  private static final String BAD_REQUEST_TYPE = "type.googleapis.com/google.rpc.BadRequest";
  private static final int LONGEST_BODY = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Clock clock;
  private final Script script;
  private final Function<FcmRequest, String> accept;

  /** The last request of each connection that said goodbye. */
  private final Map<Connection, Integer> lastLookedAt =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * @param accept takes a message and returns its name
   */
  FcmHandler(Clock clock, Script script, Function<FcmRequest, String> accept) {
    this.clock = clock;
    this.script = script;
    this.accept = accept;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Exchange exchange = new Exchange(request, response, callback);
    Content.Source.asByteArrayAsync(
        request,
        LONGEST_BODY,
        Promise.Invocable.from(
            Invocable.InvocationType.NON_BLOCKING, exchange::run, callback::failed));
    return true;
  }

  /** One request on its way to its answer. */
  private final class Exchange {
    private final Request request;
    private final Response response;
    private final Callback callback;

    Exchange(Request request, Response response, Callback callback) {
      this.request = request;
      this.response = response;
      this.callback = callback;
    }

    void run(byte[] body) {
      Matcher path = PATH.matcher(Request.getPathInContext(request));
      if (!path.matches() || !"POST".equals(request.getMethod())) {
        write(404, error(404, "NOT_FOUND", "No such method.", null));
        return;
      }
      String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
      if (authorization == null || !authorization.matches("Bearer \\S+")) {
        write(
            401,
            error(
                401,
                "UNAUTHENTICATED",
                "Request is missing required authentication credential.",
                null));
        return;
      }
      parse(body, path.group(1));
    }

    private void parse(byte[] body, String project) {
      JsonNode json;
      try {
        json = JSON.readTree(body);
      } catch (IOException e) {
        badRequest(new MessageCheck.Violation("", "Invalid JSON payload received."));
        return;
      }
      Optional<MessageCheck.Violation> violation = MessageCheck.of(json);
      if (violation.isPresent()) {
        badRequest(violation.get());
        return;
      }
      JsonNode message = json.get("message");
      FcmRequest received =
          new FcmRequest(
              project,
              message.path(message.has("token") ? "token" : "fid").asText(),
              message,
              json.path("validate_only").asBoolean(),
              request.getConnectionMetaData().getProtocol(),
              clock.instant());
      give(script.answer(received), received);
    }

    private void give(Answer answer, FcmRequest received) {
      if (isAfterGoodbye()) {
        return;
      }
      if (answer instanceof Answer.Accept) {
        write(200, success(received));
      } else if (answer instanceof Answer.Refuse refuse) {
        refuse.retryAfter().ifPresent(v -> response.getHeaders().put(HttpHeader.RETRY_AFTER, v));
        FcmError error = refuse.error();
        write(error.httpStatus(), refusal(refuse));
      } else if (answer instanceof Answer.Raw raw) {
        write(raw.httpStatus(), raw.body().getBytes(StandardCharsets.UTF_8));
      } else if (answer instanceof Answer.Half) {
        half(success(received));
      } else if (answer instanceof Answer.Lost) {
        success(received);
      } else if (answer instanceof Answer.Reset) {
        reset();
      } else if (answer instanceof Answer.Goodbye goodbye) {
        goodbye();
        give(goodbye.answer(), received);
      } else if (answer instanceof Answer.RefusedStream) {
        refuseStream();
      } else if (answer instanceof Answer.Once once) {
        once.event().thenRun(() -> give(once.answer(), received));
      } else if (answer instanceof Answer.Late late) {
        getServer()
            .getScheduler()
            .schedule(
                () -> give(late.answer(), received),
                late.delay().toMillis(),
                TimeUnit.MILLISECONDS);
      }
      // Lost and Silence: the exchange stays open until somebody's patience ends.
    }

    private byte[] success(FcmRequest received) {
      String name =
          received.validateOnly()
              ? "projects/%s/messages/fake_message_id".formatted(received.project())
              : accept.apply(received);
      return bytes(JSON.createObjectNode().put("name", name));
    }

    private void badRequest(MessageCheck.Violation violation) {
      ObjectNode detail = JSON.createObjectNode().put("@type", BAD_REQUEST_TYPE);
      detail
          .putArray("fieldViolations")
          .addObject()
          .put("field", violation.field())
          .put("description", violation.description());
      write(400, error(400, "INVALID_ARGUMENT", violation.description(), detail));
    }

    private void write(int status, byte[] body) {
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json; charset=UTF-8");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
      response.write(true, ByteBuffer.wrap(body), callback);
    }

    private void half(byte[] body) {
      response.setStatus(200);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json; charset=UTF-8");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
      response.write(false, ByteBuffer.wrap(body, 0, body.length / 2), Callback.from(this::reset));
    }

    private void goodbye() {
      if (request.getConnectionMetaData().getConnection() instanceof HTTP2Connection connection) {
        lastLookedAt.put(connection, stream());
        connection
            .getSession()
            .goAway(new GoAwayFrame(stream(), ErrorCode.NO_ERROR.code, new byte[0]), Callback.NOOP);
      }
    }

    private void refuseStream() {
      if (request.getConnectionMetaData().getConnection() instanceof HTTP2Connection connection) {
        connection
            .getSession()
            .getStream(stream())
            .reset(
                new ResetFrame(stream(), ErrorCode.REFUSED_STREAM_ERROR.code),
                Callback.from(() -> callback.failed(new IOException("refused, as scripted"))));
      }
    }

    private boolean isAfterGoodbye() {
      Integer last = lastLookedAt.get(request.getConnectionMetaData().getConnection());
      return last != null && stream() > last;
    }

    /** Over HTTP/2 a request's id is its stream's. */
    private int stream() {
      return Integer.parseInt(request.getId());
    }

    private void reset() {
      EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
      while (endPoint instanceof EndPoint.Wrapper wrapper) {
        endPoint = wrapper.unwrap();
      }
      if (endPoint instanceof SocketChannelEndPoint socket) {
        try {
          // Closing with a linger of zero sends RST, not FIN.
          socket.getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
          socket.close();
        } catch (IOException e) {
          callback.failed(e);
          return;
        }
      }
      callback.failed(new IOException("connection reset, as the script says"));
    }
  }

  private static byte[] refusal(Answer.Refuse refuse) {
    FcmError error = refuse.error();
    ObjectNode detail =
        refuse.details()
            ? JSON.createObjectNode().put("@type", FCM_ERROR_TYPE).put("errorCode", error.name())
            : null;
    return error(error.httpStatus(), error.status(), error.message(), detail);
  }

  private static byte[] error(int code, String status, String message, ObjectNode detail) {
    ObjectNode body = JSON.createObjectNode();
    ObjectNode error = body.putObject("error");
    error.put("code", code).put("message", message).put("status", status);
    if (detail != null) {
      error.putArray("details").add(detail);
    }
    return bytes(body);
  }

  private static byte[] bytes(ObjectNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write an answer", e);
    }
  }
}
