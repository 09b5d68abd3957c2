package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.topology.change.Version;
import app.goalgpt.topology.customer.ActiveHours;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Device;
import app.goalgpt.topology.customer.Fact;
import app.goalgpt.topology.customer.Profile;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CustomerSerdeTest {
  private final CustomerSerde serde = new CustomerSerde();

  private static final Customer CUSTOMER =
      Customer.UNKNOWN
          .with(new Version(5, false, true), new Fact.Profiled(new Profile(false, true, "tr")))
          .with(
              new Version(6, false, true),
              new Fact.Reachable(new UUID(0, 7), new Device("token", "ios")));

  /** Written by the build before the hours. */
  private static final String FORMAT_3 =
      "03000000000000000500000000000000000101020002747200000000000000000000000000000000"
          + "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
          + "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
          + "00000000000000010000000000000000000000000000000700000000000000060000000000000000"
          + "01010005746f6b656e0003696f730000000000000000000000000000000000000000000000000000"
          + "000000";

  @Test
  void readsWhatItWrote() {
    Customer customer = CUSTOMER;
    for (int day = 0; day < 40; day++) {
      customer =
          customer.activeAt(
              Instant.parse("2026-01-11T21:00:00Z").plus(Duration.ofDays(day)), ZoneOffset.UTC);
    }
    assertThat(customer.hours().bytes()).hasSize(140); // more than a signed byte says
    assertThat(read(serde.serializer().serialize(null, customer))).isEqualTo(customer);
  }

  @Test
  void readsTheFormatWithoutHours() {
    Customer read = read(HexFormat.of().parseHex(FORMAT_3));

    assertThat(read).isEqualTo(CUSTOMER);
    assertThat(read.hours()).isEqualTo(ActiveHours.NONE);
  }

  @Test
  void namesAFormatThatItDoesNotRead() {
    assertThatThrownBy(() -> read(new byte[] {2}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("state of format 2, this build reads 3 and 4");
  }

  private Customer read(byte[] bytes) {
    return serde.deserializer().deserialize(null, bytes);
  }
}
