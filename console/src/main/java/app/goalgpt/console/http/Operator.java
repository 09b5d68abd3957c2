package app.goalgpt.console.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Somebody with a token. Of the token only a hash is kept. */
public final class Operator {
  private final String name;
  private final byte[] hash;

  public Operator(String name, String token) {
    this.name = name;
    this.hash = hash(token);
  }

  public String name() {
    return name;
  }

  /** Takes as long whatever the token is: hashes of one length are compared whole. */
  boolean has(String token) {
    return MessageDigest.isEqual(hash, hash(token));
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Never the token. */
  @Override
  public String toString() {
    return name;
  }
}
