package app.goalgpt.topology.stream;

import app.goalgpt.topology.change.Micros;
import app.goalgpt.topology.change.Position;
import app.goalgpt.topology.change.Versioned;
import app.goalgpt.topology.customer.ActiveHours;
import app.goalgpt.topology.customer.Claim;
import app.goalgpt.topology.customer.Credits;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Device;
import app.goalgpt.topology.customer.Level;
import app.goalgpt.topology.customer.Profile;
import app.goalgpt.topology.customer.Referral;
import app.goalgpt.topology.customer.Standing;
import app.goalgpt.topology.customer.Subscription;
import app.goalgpt.topology.customer.Tallies;
import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A customer's bytes in the store and its changelog. The first byte is the format's version: a
 * change of the format reads the old one too, or says in CHANGELOG.md that the state is rebuilt.
 */
final class CustomerSerde implements Serde<Customer> {
  private static final byte FORMAT = 4;

  /** Without the hours. */
  private static final byte FORMAT_3 = 3;

  private interface Writer<T> {
    void write(DataOutput out, T value) throws IOException;
  }

  private interface Reader<T> {
    T read(StateReader in);
  }

  @Override
  public Serializer<Customer> serializer() {
    return (topic, customer) -> customer == null ? null : write(customer);
  }

  @Override
  public Deserializer<Customer> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private static byte[] write(Customer customer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(FORMAT);
      versioned(out, customer.profile(), CustomerSerde::profile);
      versioned(out, customer.standing(), CustomerSerde::standing);
      versioned(out, customer.credits(), CustomerSerde::credits);
      tallies(out, customer.tallies());
      map(out, customer.logins(), CustomerSerde::instant);
      map(out, customer.subscriptions(), CustomerSerde::subscription);
      map(out, customer.devices(), CustomerSerde::device);
      map(out, customer.badges(), CustomerSerde::uuid);
      map(out, customer.claims(), CustomerSerde::claim);
      out.writeShort(customer.decided().size());
      for (Map.Entry<UUID, Long> decided : customer.decided().entrySet()) {
        uuid(out, decided.getKey());
        out.writeLong(decided.getValue());
      }
      versioned(out, customer.referral(), CustomerSerde::referral);
      out.writeByte(customer.decidedTier());
      out.writeByte(customer.hours().bytes().length);
      out.write(customer.hours().bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Customer read(byte[] bytes) {
    StateReader in = new StateReader(bytes);
    byte format = in.readByte();
    if (format != FORMAT && format != FORMAT_3) {
      throw new IllegalStateException(
          "state of format %d, this build reads 3 and %d: run the build that wrote it, or rebuild the state"
              .formatted(format, FORMAT));
    }
    return new Customer(
        versioned(in, CustomerSerde::profile),
        versioned(in, CustomerSerde::standing),
        versioned(in, CustomerSerde::credits),
        tallies(in),
        map(in, CustomerSerde::instant),
        map(in, CustomerSerde::subscription),
        map(in, CustomerSerde::device),
        map(in, StateReader::readUuid),
        map(in, CustomerSerde::claim),
        decided(in),
        versioned(in, CustomerSerde::referral),
        in.readByte(),
        format == FORMAT_3
            ? ActiveHours.NONE
            : ActiveHours.of(in.readBytes(Byte.toUnsignedInt(in.readByte()))));
  }

  private static <T> void versioned(DataOutput out, Versioned<T> row, Writer<T> writer)
      throws IOException {
    position(out, row.position());
    out.writeBoolean(row.isPresent());
    if (row.isPresent()) {
      writer.write(out, row.value());
    }
  }

  private static <T> Versioned<T> versioned(StateReader in, Reader<T> reader) {
    Position position = position(in);
    return new Versioned<>(position, in.readBoolean() ? reader.read(in) : null);
  }

  private static <T> void map(DataOutput out, Map<UUID, Versioned<T>> rows, Writer<T> writer)
      throws IOException {
    out.writeInt(rows.size());
    for (Map.Entry<UUID, Versioned<T>> row : rows.entrySet()) {
      uuid(out, row.getKey());
      versioned(out, row.getValue(), writer);
    }
  }

  private static <T> Map<UUID, Versioned<T>> map(StateReader in, Reader<T> reader) {
    int size = in.readInt();
    if (size == 0) {
      return Map.of();
    }
    if (size == 1) {
      return Map.of(in.readUuid(), versioned(in, reader));
    }
    Map<UUID, Versioned<T>> rows = new HashMap<>(size * 2);
    for (int i = 0; i < size; i++) {
      rows.put(in.readUuid(), versioned(in, reader));
    }
    return rows;
  }

  private static Map<UUID, Long> decided(StateReader in) {
    int size = in.readShort();
    if (size == 0) {
      return Map.of();
    }
    Map<UUID, Long> decided = new HashMap<>();
    for (int i = 0; i < size; i++) {
      decided.put(in.readUuid(), in.readLong());
    }
    return decided;
  }

  static void position(DataOutput out, Position position) throws IOException {
    out.writeLong(position.streamed());
    out.writeLong(position.snapshot());
    out.writeBoolean(position.present());
  }

  static Position position(StateReader in) {
    return new Position(in.readLong(), in.readLong(), in.readBoolean());
  }

  static void tallies(DataOutput out, Tallies tallies) throws IOException {
    out.writeLong(tallies.comments());
    out.writeLong(tallies.likes());
    out.writeLong(tallies.won());
    out.writeLong(tallies.lost());
    out.writeLong(tallies.referrals());
    out.writeLong(tallies.referralsTier2());
    out.writeLong(tallies.referralsTier3());
  }

  static Tallies tallies(StateReader in) {
    return new Tallies(
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong());
  }

  static void uuid(DataOutput out, UUID uuid) throws IOException {
    out.writeLong(uuid.getMostSignificantBits());
    out.writeLong(uuid.getLeastSignificantBits());
  }

  private static void instant(DataOutput out, Instant instant) throws IOException {
    out.writeLong(Micros.of(instant));
  }

  private static Instant instant(StateReader in) {
    return Micros.instant(in.readLong());
  }

  private static void optionalInstant(DataOutput out, Instant instant) throws IOException {
    out.writeLong(instant == null ? Long.MAX_VALUE : Micros.of(instant));
  }

  private static Instant optionalInstant(StateReader in) {
    long micros = in.readLong();
    return micros == Long.MAX_VALUE ? null : Micros.instant(micros);
  }

  private static void profile(DataOutput out, Profile profile) throws IOException {
    out.writeByte((profile.deleted() ? 1 : 0) | (profile.pushAllowed() ? 2 : 0));
    out.writeUTF(profile.locale() == null ? "" : profile.locale());
  }

  private static Profile profile(StateReader in) {
    byte flags = in.readByte();
    String locale = in.readUtf();
    return new Profile((flags & 1) != 0, (flags & 2) != 0, locale.isEmpty() ? null : locale);
  }

  private static void standing(DataOutput out, Standing standing) throws IOException {
    out.writeUTF(standing.level().specName());
    out.writeInt(standing.streakDays());
    out.writeInt(standing.xpPoints());
    out.writeLong(
        standing.lastActivity() == null ? Long.MAX_VALUE : standing.lastActivity().toEpochDay());
  }

  private static Standing standing(StateReader in) {
    return new Standing(
        Level.named(in.readUtf()).orElseThrow(), in.readInt(), in.readInt(), optionalDate(in));
  }

  private static LocalDate optionalDate(StateReader in) {
    long day = in.readLong();
    return day == Long.MAX_VALUE ? null : LocalDate.ofEpochDay(day);
  }

  private static void credits(DataOutput out, Credits credits) throws IOException {
    out.writeInt(credits.balance());
    out.writeInt(credits.lifetimeEarned());
  }

  private static Credits credits(StateReader in) {
    return new Credits(in.readInt(), in.readInt());
  }

  private static void device(DataOutput out, Device device) throws IOException {
    out.writeUTF(device.token());
    out.writeUTF(device.platform());
  }

  private static Device device(StateReader in) {
    return new Device(in.readUtf(), in.readUtf());
  }

  private static void claim(DataOutput out, Claim claim) throws IOException {
    out.writeLong(claim.date().toEpochDay());
    out.writeByte(claim.day());
  }

  private static Claim claim(StateReader in) {
    return new Claim(LocalDate.ofEpochDay(in.readLong()), in.readByte());
  }

  private static void subscription(DataOutput out, Subscription subscription) throws IOException {
    out.writeBoolean(subscription.active());
    optionalInstant(out, subscription.expiresAt());
  }

  private static Subscription subscription(StateReader in) {
    return new Subscription(in.readBoolean(), optionalInstant(in));
  }

  private static void referral(DataOutput out, Referral referral) throws IOException {
    uuid(out, referral.id());
    uuid(out, referral.referrerId());
    out.writeByte(referral.tier());
    out.writeUTF(referral.status());
    optionalInstant(out, referral.expiresAt());
  }

  private static Referral referral(StateReader in) {
    return new Referral(
        in.readUuid(), in.readUuid(), in.readByte(), in.readUtf(), optionalInstant(in));
  }
}
