package app.goalgpt.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the app's Postgres is and as whom to speak to it.
 *
 * @param host the server's host name or address
 * @param port the server's port
 * @param database the database's name
 * @param user the role to connect as
 * @param password the role's password, empty where the server asks for none
 * @param schema the schema that holds the app's tables and this system's own
 * @param parameters further pgjdbc connection parameters, {@code name=value&…}, empty for none
 */
public record DatabaseConfig(
    String host,
    int port,
    String database,
    String user,
    String password,
    String schema,
    String parameters) {
  private static final String ALLOWED =
      "postgres://user:password@host:port/database (the password may be given apart, as"
          + " DATABASE_PASSWORD)";

  /** Reads DATABASE_URL, DATABASE_USER, DATABASE_PASSWORD and DATABASE_SCHEMA. */
  public static DatabaseConfig from(Settings settings) {
    String text = settings.required("DATABASE_URL", ALLOWED);
    URI uri = uri(text);
    Optional<String> userInfo = Optional.ofNullable(uri.getRawUserInfo());
    String[] parts = userInfo.orElse("postgres").split(":", 2);
    return new DatabaseConfig(
        uri.getHost(),
        uri.getPort() < 0 ? 5432 : uri.getPort(),
        uri.getPath().substring(1),
        settings.text("DATABASE_USER", decode(parts[0])),
        settings.text("DATABASE_PASSWORD", parts.length > 1 ? decode(parts[1]) : ""),
        settings.text("DATABASE_SCHEMA", "public"),
        Optional.ofNullable(uri.getRawQuery()).orElse(""));
  }

  /** Reads DATABASE_PATIENCE (1m): how long a start waits for a database that does not answer. */
  public static Duration patience(Settings settings) {
    return settings.duration(
        "DATABASE_PATIENCE", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofDays(1));
  }

  private static URI uri(String text) {
    String plain = text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text;
    try {
      URI uri = new URI(plain);
      boolean scheme = "postgres".equals(uri.getScheme()) || "postgresql".equals(uri.getScheme());
      if (scheme && uri.getHost() != null && uri.getPath().length() > 1) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new SettingException("DATABASE_URL", "(not a URL; not shown)", ALLOWED);
    }
    throw new SettingException("DATABASE_URL", "(not a Postgres URL; not shown)", ALLOWED);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The JDBC URL, without user and password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/%s%s"
        .formatted(host, port, database, parameters.isEmpty() ? "" : "?" + parameters);
  }

  /** Names the place, never the password. */
  @Override
  public String toString() {
    return "%s@%s:%d/%s".formatted(user, host, port, database);
  }
}
