package app.goalgpt.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Customers who have done nothing yet: no comment, no points, no credits. Each has one device whose
 * token says whose it is.
 */
public final class FreshCustomers {
  private static final String TOKEN = "bench:";

  private FreshCustomers() {}

  /**
   * @param customers how many, numbered from 0
   */
  public static void insert(Connection connection, int customers) throws SQLException {
    insert(
        connection,
        customers,
        "INSERT INTO customer_users (id, email, full_name) SELECT %s,"
            + " 'fresh-' || n || '@example.com', 'Customer ' || n FROM generate_series(0, ? - 1) n");
    insert(
        connection,
        customers,
        "INSERT INTO customer_xp (customer_user_id) SELECT %s FROM generate_series(0, ? - 1) n");
    insert(
        connection,
        customers,
        "INSERT INTO customer_credits (customer_user_id) SELECT %s FROM generate_series(0, ? - 1) n");
    insert(
        connection,
        customers,
        "INSERT INTO customer_push_tokens (customer_user_id, fcm_token) SELECT %1$s, '"
            + TOKEN
            + "' || %1$s FROM generate_series(0, ? - 1) n");
  }

  private static void insert(Connection connection, int customers, String sql) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql.formatted(idSql("n")))) {
      insert.setInt(1, customers);
      insert.executeUpdate();
    }
  }

  /** SQL for the id of customer number {@code n}. */
  public static String idSql(String n) {
    return "md5('customer/' || " + n + ")::uuid";
  }

  public static UUID id(int number) {
    ByteBuffer bytes = ByteBuffer.wrap(md5("customer/" + number));
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private static byte[] md5(String text) {
    try {
      return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whose device a token is. */
  public static UUID ofToken(String token) {
    return UUID.fromString(token.substring(TOKEN.length()));
  }
}
