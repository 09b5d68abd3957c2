package app.goalgpt.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * An initialised data folder with the database {@value #DATABASE}, made once per machine and
 * version: copying it takes a fraction of the time that initdb takes. The superuser's password is
 * random, and the same in all copies.
 */
record PostgresTemplate(Path folder) {
  static final String DATABASE = "goalgpt";
  static final String SUPERUSER = "postgres";
  private static final int PASSWORD_BYTES = 16;

  static PostgresTemplate ready(PostgresBinaries binaries, PostgresAccount account)
      throws IOException {
    Path template = binaries.cache().resolve("template");
    if (!Files.isDirectory(template)) {
      Path making = Files.createTempDirectory(binaries.cache(), "making-");
      make(making, binaries, account);
      FileTrees.moveIntoPlace(making, template);
    }
    return new PostgresTemplate(template);
  }

  private static void make(Path folder, PostgresBinaries binaries, PostgresAccount account)
      throws IOException {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    Path password =
        Files.createFile(
            folder.resolve("password"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(password, HexFormat.of().formatHex(random));
    account.own(folder);
    String data = folder.resolve("data").toString();
    account.run(
        List.of(
            binaries.program("initdb"),
            "--pgdata=" + data,
            "--username=" + SUPERUSER,
            "--pwfile=" + password,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions"),
        "");
    account.run(
        List.of(binaries.program("postgres"), "--single", "-D", data, "postgres"),
        "CREATE DATABASE %s%n".formatted(DATABASE));
  }

  /** Makes {@code data} and {@code password} in the folder; the data folder appears when whole. */
  void copyTo(Path home) throws IOException {
    Files.copy(
        folder.resolve("password"),
        home.resolve("password"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.COPY_ATTRIBUTES);
    Path copying = home.resolve("data.copying");
    FileTrees.delete(copying);
    FileTrees.copy(folder.resolve("data"), copying);
    Files.move(copying, home.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
  }
}
