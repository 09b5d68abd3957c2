package app.goalgpt.console.live;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Server-sent events' text (WHATWG HTML, "Server-sent events"). */
final class Events {
  private Events() {}

  /**
   * @param data JSON in one line
   */
  static byte[] of(String name, byte[] data) {
    ByteArrayOutputStream event = new ByteArrayOutputStream(data.length + 32);
    event.writeBytes(("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8));
    event.writeBytes(data);
    event.writeBytes(new byte[] {'\n', '\n'});
    return event.toByteArray();
  }
}
