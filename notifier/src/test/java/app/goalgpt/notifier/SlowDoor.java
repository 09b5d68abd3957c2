package app.goalgpt.notifier;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Leads connections on to a port of loopback; the first few it takes and says nothing. Those that
 * are open it can leave as a firewall does that forgot them: nobody is told, nothing comes through.
 */
final class SlowDoor implements AutoCloseable {
  private final ServerSocket door;
  private final int target;
  private final int silent;
  private final AtomicInteger count = new AtomicInteger();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final List<Socket> forgotten = new CopyOnWriteArrayList<>();

  SlowDoor(int target, int silent) throws IOException {
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    this.silent = silent;
    start(this::welcome);
  }

  int port() {
    return door.getLocalPort();
  }

  /** From now on nothing comes through the connections that are open. */
  void fallSilent() {
    forgotten.addAll(open);
  }

  private void welcome() throws IOException {
    while (true) {
      Socket visitor = door.accept();
      open.add(visitor);
      if (count.incrementAndGet() > silent) {
        Socket inside = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(inside);
        start(() -> lead(visitor, inside));
        start(() -> lead(inside, visitor));
      }
    }
  }

  private void lead(Socket from, Socket to) throws IOException {
    byte[] buffer = new byte[8192];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (!forgotten.contains(from)) {
          out.write(buffer, 0, count);
        }
      }
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void start(Step step) {
    Thread thread =
        new Thread(
            () -> {
              try {
                step.run();
              } catch (IOException e) {
                // A side was closed: that is how it ends.
                return;
              }
            },
            "slow-door");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      door.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
