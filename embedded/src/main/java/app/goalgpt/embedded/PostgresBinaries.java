package app.goalgpt.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Postgres's programs for this machine, from the class path, unpacked once into the user's cache
 * folder.
 *
 * @param cache the folder of this version of the binaries: {@code install} is in it, and what else
 *     is made from them
 */
record PostgresBinaries(Path cache) {
  private static final Set<PosixFilePermission> OURS_ALONE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OTHERS_ENTER =
      PosixFilePermissions.fromString("rwxr-xr-x");

  static PostgresBinaries unpacked(PostgresAccount account) throws IOException {
    URL archive = archive();
    long crc = ((JarURLConnection) archive.openConnection()).getJarEntry().getCrc();
    Path cache = cacheFolder(account).resolve("postgres-%08x-%s".formatted(crc, account.kind()));
    FileTrees.create(cache);
    PostgresBinaries binaries = new PostgresBinaries(cache);
    Path install = cache.resolve("install");
    if (!Files.isDirectory(install)) {
      Path unpacking = Files.createTempDirectory(cache, "unpacking-");
      unpack(archive, unpacking);
      Files.setPosixFilePermissions(unpacking, OTHERS_ENTER);
      FileTrees.moveIntoPlace(unpacking, install);
    }
    return binaries;
  }

  String program(String name) {
    return cache.resolve("install").resolve("bin").resolve(name).toString();
  }

  private static URL archive() {
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    boolean arm = System.getProperty("os.arch").matches("aarch64|arm64");
    String name =
        "/postgres-%s-%s.txz".formatted(mac ? "darwin" : "linux", arm ? "arm_64" : "x86_64");
    URL archive = PostgresBinaries.class.getResource(name);
    if (archive == null) {
      throw new IllegalStateException(
          "no Postgres for this machine on the class path (%s, for %s on %s): set DATABASE_URL to"
                  .formatted(name, System.getProperty("os.name"), System.getProperty("os.arch"))
              + " one of your own");
    }
    return archive;
  }

  private static Path cacheFolder(PostgresAccount account) throws IOException {
    Path home = Path.of(System.getProperty("user.home", "?"));
    if (!account.isOther() && Files.isWritable(home)) {
      Path folder = home.resolve(".cache").resolve("goalgpt");
      FileTrees.create(folder);
      return folder;
    }
    long uid = new UnixSystem().getUid();
    Path folder = Path.of(System.getProperty("java.io.tmpdir"), "goalgpt-cache-" + uid);
    FileTrees.create(folder);
    if ((int) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS) != uid) {
      throw new IllegalStateException(folder + " belongs to somebody else: remove it");
    }
    Files.setPosixFilePermissions(folder, account.isOther() ? OTHERS_ENTER : OURS_ALONE);
    return folder;
  }

  private static void unpack(URL archive, Path folder) throws IOException {
    try (InputStream raw = archive.openStream();
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(raw)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = folder.resolve(entry.getName()).normalize();
        if (!path.startsWith(folder)) {
          throw new IOException(archive + " has a path outside itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          continue;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, path);
          Files.setPosixFilePermissions(path, permissions(entry.getMode()));
        }
      }
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }
}
