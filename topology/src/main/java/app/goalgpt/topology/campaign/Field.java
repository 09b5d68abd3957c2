package app.goalgpt.topology.campaign;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.customer.Credits;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Device;
import app.goalgpt.topology.customer.Level;
import app.goalgpt.topology.customer.Profile;
import app.goalgpt.topology.customer.Standing;
import app.goalgpt.topology.job.BusinessMoment;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a segment filter may ask about a customer (SPEC, "Campaigns"): how it is read off the
 * customer, and which values it may be compared with. A customer without an XP or a credits row
 * stands where a new row would: bronze, and nothing of everything.
 */
enum Field {
  XP_LEVEL(
      AppTable.CUSTOMER_XP,
      Kind.LEVEL,
      (c, m) -> one(c.standing().get().map(Standing::level).orElse(Level.BRONZE))),
  XP_POINTS(
      AppTable.CUSTOMER_XP, Kind.NUMBER, (c, m) -> one((long) standing(c, Standing::xpPoints))),
  CURRENT_STREAK_DAYS(
      AppTable.CUSTOMER_XP, Kind.NUMBER, (c, m) -> one((long) standing(c, Standing::streakDays))),
  REFERRAL_COUNT(AppTable.REFERRALS, Kind.NUMBER, (c, m) -> one(c.tallies().referralsFrom(1))),
  COMMENT_COUNT(AppTable.MATCH_COMMENTS, Kind.NUMBER, (c, m) -> one(c.tallies().comments())),
  BADGE_COUNT(AppTable.CUSTOMER_BADGES, Kind.NUMBER, (c, m) -> one(c.badgeCount())),
  CREDITS_BALANCE(
      AppTable.CUSTOMER_CREDITS,
      Kind.NUMBER,
      (c, m) -> one((long) c.credits().get().map(Credits::balance).orElse(0))),
  IS_VIP(AppTable.SUBSCRIPTIONS, Kind.FLAG, (c, m) -> one(c.hasActiveSubscription(m.at()))),
  /** Of any active device. */
  PLATFORM(
      AppTable.CUSTOMER_PUSH_TOKENS, Kind.NAME, (c, m) -> c.activeDevices().map(Device::platform)),
  LOCALE(
      AppTable.CUSTOMER_USERS,
      Kind.NAME,
      (c, m) -> c.profile().get().map(Profile::locale).stream()),
  /** Whole days from last_activity_date to today; none for who never was active. */
  DAYS_SINCE_ACTIVITY(
      AppTable.CUSTOMER_XP,
      Kind.NUMBER,
      (c, m) ->
          c.standing().get().map(Standing::lastActivity).stream()
              .map(day -> ChronoUnit.DAYS.between(day, m.today())));

  /** What a field is compared with. */
  enum Kind {
    NUMBER(true, "a whole number from -10^12 to 10^12") {
      @Override
      Optional<Comparable<?>> read(JsonNode node) {
        return node.isIntegralNumber()
                && node.canConvertToLong()
                && Math.abs(node.longValue()) <= LARGEST
            ? Optional.of(node.longValue())
            : Optional.empty();
      }
    },
    LEVEL(true, "one of " + Level.names()) {
      @Override
      Optional<Comparable<?>> read(JsonNode node) {
        return node.isTextual() ? Level.named(node.textValue()).map(x -> x) : Optional.empty();
      }
    },
    NAME(false, "a name of up to 35 letters, digits, - and _") {
      @Override
      Optional<Comparable<?>> read(JsonNode node) {
        return node.isTextual() && NAMES.matcher(node.textValue()).matches()
            ? Optional.of(node.textValue())
            : Optional.empty();
      }
    },
    FLAG(false, "true or false") {
      @Override
      Optional<Comparable<?>> read(JsonNode node) {
        return node.isBoolean() ? Optional.of(node.booleanValue()) : Optional.empty();
      }
    };

    private static final long LARGEST = 1_000_000_000_000L;
    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_-]{1,35}");

    private final boolean ordered;
    private final String allowed;

    Kind(boolean ordered, String allowed) {
      this.ordered = ordered;
      this.allowed = allowed;
    }

    /** Whether more and less mean something. */
    boolean isOrdered() {
      return ordered;
    }

    /** In words, for a message. */
    String allowed() {
      return allowed;
    }

    /** The value, unless it is none of this kind. */
    abstract Optional<Comparable<?>> read(JsonNode node);
  }

  private final AppTable table;
  private final Kind kind;
  private final BiFunction<Customer, BusinessMoment, Stream<? extends Comparable<?>>> reader;

  Field(
      AppTable table,
      Kind kind,
      BiFunction<Customer, BusinessMoment, Stream<? extends Comparable<?>>> reader) {
    this.table = table;
    this.kind = kind;
    this.reader = reader;
  }

  /** Whose rows it is read off. */
  AppTable table() {
    return table;
  }

  Kind kind() {
    return kind;
  }

  /** The customer's values: none where it has none, several where it has several devices. */
  Stream<? extends Comparable<?>> of(Customer customer, BusinessMoment moment) {
    return reader.apply(customer, moment);
  }

  String specName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws MalformedMessageException naming the field when there is none of that name
   */
  static Field named(String name) {
    return Stream.of(values())
        .filter(field -> field.specName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new MalformedMessageException(
                    "segment_filter.%s is no field: allowed are %s"
                        .formatted(
                            SegmentFilter.shown(name),
                            String.join(", ", Stream.of(values()).map(Field::specName).toList()))));
  }

  private static Stream<? extends Comparable<?>> one(Comparable<?> value) {
    return Stream.of(value);
  }

  private static int standing(Customer customer, ToIntFunction<Standing> number) {
    return customer.standing().get().map(number::applyAsInt).orElse(0);
  }
}
