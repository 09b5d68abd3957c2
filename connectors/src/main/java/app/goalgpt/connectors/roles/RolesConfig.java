package app.goalgpt.connectors.roles;

import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether the parts' roles are made, what they are called, and their passwords where this is to set
 * them.
 *
 * @param prefix of their names, before {@code _replication}, {@code _ledger}, {@code _console};
 *     none for no roles
 * @param required whether somebody asked for them: then it is an error that they cannot be made
 */
public record RolesConfig(
    Optional<String> prefix,
    boolean required,
    Optional<String> replicationPassword,
    Optional<String> ledgerPassword,
    Optional<String> consolePassword) {
  private static final Pattern PREFIX = Pattern.compile("[a-z_][a-z0-9_]{0,49}");
  private static final String ALLOWED =
      "what the roles' names begin with (at most 50 lower case letters, digits, underscores), or"
          + " none";

  /**
   * Reads DATABASE_ROLES (goalgpt), REPLICATION_ROLE_PASSWORD, LEDGER_ROLE_PASSWORD and
   * CONSOLE_ROLE_PASSWORD.
   */
  public static RolesConfig from(Settings settings) {
    String prefix = settings.matching("DATABASE_ROLES", "goalgpt", PREFIX, ALLOWED);
    return new RolesConfig(
        Optional.of(prefix).filter(name -> !name.equals("none")),
        settings.text("DATABASE_ROLES").isPresent(),
        password(settings.text("REPLICATION_ROLE_PASSWORD"), "REPLICATION_ROLE_PASSWORD"),
        password(settings.text("LEDGER_ROLE_PASSWORD"), "LEDGER_ROLE_PASSWORD"),
        password(settings.text("CONSOLE_ROLE_PASSWORD"), "CONSOLE_ROLE_PASSWORD"));
  }

  private static Optional<String> password(Optional<String> password, String setting) {
    password
        .filter(text -> text.length() < 8)
        .ifPresent(
            text -> {
              throw new SettingException(setting, "(not shown)", "at least 8 characters");
            });
    return password;
  }

  /** Passwords are not told. */
  @Override
  public String toString() {
    return prefix.map(name -> name + "_replication, _ledger, _console").orElse("none");
  }
}
