package app.goalgpt.topology.change;

import java.util.Optional;

/**
 * What a row says, with how far it has been followed. A deleted row stays, without a value: only so
 * can an older version that comes late be told from a new one.
 *
 * @param value what the row says, null while it is not there
 */
public record Versioned<T>(Position position, T value) {
  private static final Versioned<?> UNKNOWN = new Versioned<>(Position.NONE, null);

  @SuppressWarnings("unchecked") // holds no value of any type
  public static <T> Versioned<T> unknown() {
    return (Versioned<T>) UNKNOWN;
  }

  /** This, or what the version says when it is newer; {@code value} is ignored for a deletion. */
  public Versioned<T> with(Version version, T newer) {
    return position.isOlderThan(version)
        ? new Versioned<>(position.at(version), version.present() ? newer : null)
        : this;
  }

  public Optional<T> get() {
    return Optional.ofNullable(value);
  }

  public boolean isPresent() {
    return value != null;
  }
}
