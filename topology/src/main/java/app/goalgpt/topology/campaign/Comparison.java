package app.goalgpt.topology.campaign;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The operators of a segment filter (SPEC, "Campaigns"). */
enum Comparison {
  GTE(true) {
    @Override
    boolean holds(Comparable<Object> value, List<Comparable<?>> operands) {
      return value.compareTo(operands.get(0)) >= 0;
    }
  },
  GT(true) {
    @Override
    boolean holds(Comparable<Object> value, List<Comparable<?>> operands) {
      return value.compareTo(operands.get(0)) > 0;
    }
  },
  LTE(true) {
    @Override
    boolean holds(Comparable<Object> value, List<Comparable<?>> operands) {
      return value.compareTo(operands.get(0)) <= 0;
    }
  },
  LT(true) {
    @Override
    boolean holds(Comparable<Object> value, List<Comparable<?>> operands) {
      return value.compareTo(operands.get(0)) < 0;
    }
  },
  EQ(false) {
    @Override
    boolean holds(Comparable<Object> value, List<Comparable<?>> operands) {
      return value.equals(operands.get(0));
    }
  },
  NE(false) {
    @Override
    boolean holds(Comparable<Object> value, List<Comparable<?>> operands) {
      return !value.equals(operands.get(0));
    }
  },
  IN(false) {
    @Override
    boolean holds(Comparable<Object> value, List<Comparable<?>> operands) {
      return operands.contains(value);
    }
  };

  private final boolean needsOrder;

  Comparison(boolean needsOrder) {
    this.needsOrder = needsOrder;
  }

  /**
   * @param value of the field's kind, as the operands are
   * @param operands one; any number for {@link #IN}
   */
  abstract boolean holds(Comparable<Object> value, List<Comparable<?>> operands);

  boolean appliesTo(Field.Kind kind) {
    return !needsOrder || kind.isOrdered();
  }

  String specName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Comparison> named(String name) {
    return Stream.of(values()).filter(operator -> operator.specName().equals(name)).findFirst();
  }

  /** The operators that a field of that kind allows, for a message. */
  static String namesFor(Field.Kind kind) {
    return String.join(
        ", ",
        Stream.of(values())
            .filter(operator -> operator.appliesTo(kind))
            .map(Comparison::specName)
            .toList());
  }
}
