package app.goalgpt.embedded.fcm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A key and a certificate for loopback and for FCM's own name, made anew in every JVM by the JDK's
 * {@code keytool}: nothing to commit, nothing to renew.
 */
record SelfSignedCertificate(KeyStore keys, char[] password, X509Certificate certificate) {
  private static final String ALIAS = "fcm";
  private static final String NAMES =
      "SAN=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1,dns:fcm.googleapis.com";

  /** Made at the first use in this JVM: keytool is a JVM of its own and takes about a second. */
  private static final class OfThisJvm {
    static final SelfSignedCertificate INSTANCE = create();
  }

  static SelfSignedCertificate ofThisJvm() {
    return OfThisJvm.INSTANCE;
  }

  private static SelfSignedCertificate create() {
    try {
      Path folder = Files.createTempDirectory("fake-fcm");
      Path store = folder.resolve("keys.p12");
      try {
        String password = randomPassword();
        generate(store, password);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
          keys.load(in, password.toCharArray());
        }
        return new SelfSignedCertificate(
            keys, password.toCharArray(), (X509Certificate) keys.getCertificate(ALIAS));
      } finally {
        Files.deleteIfExists(store);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a certificate for the fake FCM server", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot read the certificate that keytool made", e);
    }
  }

  private static String randomPassword() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static void generate(Path store, String password) throws IOException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    ProcessBuilder builder =
        new ProcessBuilder(
            keytool.toString(),
            "-J-XX:TieredStopAtLevel=1",
            "-J-XX:+UseSerialGC",
            "-genkeypair",
            "-keystore",
            store.toString(),
            "-storetype",
            "PKCS12",
            // Not on the command line, where every process of the machine could read it.
            "-storepass:env",
            "STORE_PASSWORD",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=fake FCM server",
            "-ext",
            NAMES,
            "-validity",
            "365");
    builder.environment().put("STORE_PASSWORD", password);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes());
    try {
      if (process.waitFor() != 0) {
        throw new IOException(keytool + " failed: " + said.strip());
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for keytool", e);
    }
  }

  /** The certificate as others are told to trust it. */
  String pem() {
    try {
      String body =
          Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
      return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot encode a certificate", e);
    }
  }

  /** Never shows the password. */
  @Override
  public String toString() {
    return "SelfSignedCertificate[" + certificate.getSubjectX500Principal() + "]";
  }
}
