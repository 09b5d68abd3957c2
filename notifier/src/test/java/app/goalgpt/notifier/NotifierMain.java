package app.goalgpt.notifier;

import app.goalgpt.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;

/** A notifier as a process of its own, for those who kill it; it ends when its input does. */
final class NotifierMain {
  private NotifierMain() {}

  public static void main(String[] arguments) throws IOException {
    NotifierConfig config = NotifierConfig.from(Settings.of(System.getenv()));
    Notifier notifier =
        Notifier.start(config, new SimpleMeterRegistry(), failure -> Runtime.getRuntime().halt(4));
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } finally {
      notifier.close();
    }
  }
}
