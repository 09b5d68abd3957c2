package app.goalgpt.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a folder for one JVM at a time; the operating system lets go of it when the JVM ends. */
final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  /**
   * @throws IllegalStateException when the folder is in use
   */
  FolderLock(Path folder) throws IOException {
    channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held within this JVM: the same as held by another one.
    }
    if (lock == null) {
      channel.close();
      throw new IllegalStateException(folder + " is in use by a running instance");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
