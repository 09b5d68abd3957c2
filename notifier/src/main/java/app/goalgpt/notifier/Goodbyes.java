package app.goalgpt.notifier;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpConnection;
import org.apache.hc.core5.http2.H2Error;
import org.apache.hc.core5.http2.frame.FrameType;
import org.apache.hc.core5.http2.frame.RawFrame;
import org.apache.hc.core5.http2.impl.nio.H2StreamListener;

/**
 * Listens to one client's connections for a server that says goodbye (GOAWAY): it answers requests
 * up to one that it names, and has not looked at those after it. HttpCore (5.4) lets these wait
 * until the connection ends. Called by the client's one thread only.
 */
final class Goodbyes implements H2StreamListener {
  private final Listener listener;
  private Stream last;

  /** One request's place on its connection; later requests have higher numbers. */
  record Stream(HttpConnection connection, int number) {}

  interface Listener {
    /**
     * @param answered the last request that the server looks at
     */
    void goodbye(Stream answered);
  }

  Goodbyes(Listener listener) {
    this.listener = listener;
  }

  /** The request whose head was written last. */
  Stream last() {
    return last;
  }

  @Override
  public void onHeaderOutput(
      HttpConnection connection, int streamId, List<? extends Header> headers) {
    last = new Stream(connection, streamId);
  }

  @Override
  public void onFrameInput(HttpConnection connection, int streamId, RawFrame frame) {
    ByteBuffer payload = frame.getPayload();
    if (frame.getType() == FrameType.GOAWAY.getValue() && payload.remaining() >= 8) {
      int answered = payload.getInt(payload.position());
      int error = payload.getInt(payload.position() + Integer.BYTES);
      if (error == H2Error.NO_ERROR.getCode()) {
        listener.goodbye(new Stream(connection, answered));
      }
    }
  }

  @Override
  public void onHeaderInput(
      HttpConnection connection, int streamId, List<? extends Header> headers) {}

  @Override
  public void onFrameOutput(HttpConnection connection, int streamId, RawFrame frame) {}

  @Override
  public void onInputFlowControl(
      HttpConnection connection, int streamId, int delta, int actualSize) {}

  @Override
  public void onOutputFlowControl(
      HttpConnection connection, int streamId, int delta, int actualSize) {}
}
