package app.goalgpt.topology.customer;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.topology.change.Version;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);

  @Test
  void onlyTheNewestStayWhateverTheOrder() {
    List<Fact.Claimed> claims = new ArrayList<>();
    for (int day = 0; day < 100; day++) {
      claims.add(new Fact.Claimed(UUID.randomUUID(), new Claim(FIRST.plusDays(day), day % 7 + 1)));
    }
    Collections.shuffle(claims, new Random(1));
    Customer customer = Customer.UNKNOWN;
    long lsn = 1;
    for (Fact.Claimed claim : claims) {
      customer = customer.with(new Version(lsn++, false, true), claim);
    }

    assertThat(customer.claims()).hasSize(Claims.KEPT);
    assertThat(Claims.lastUpTo(customer, FIRST.plusDays(99)))
        .map(Claim::date)
        .contains(FIRST.plusDays(99));
    assertThat(Claims.lastUpTo(customer, FIRST.plusDays(95)))
        .map(Claim::date)
        .contains(FIRST.plusDays(95));
    Customer same = customer;
    assertThat(customer.with(new Version(lsn, false, true), claim(FIRST.minusDays(1))))
        .as("an old one is no news")
        .isSameAs(same);
  }

  @Test
  void aDeletedOneDoesNotComeBackWithAnOlderVersion() {
    UUID row = UUID.randomUUID();
    Fact.Claimed claim = new Fact.Claimed(row, new Claim(FIRST, 1));
    Customer customer =
        Customer.UNKNOWN
            .with(new Version(5, false, true), claim)
            .with(new Version(7, false, false), new Fact.Claimed(row, null))
            .with(new Version(6, false, true), claim);

    assertThat(Claims.lastUpTo(customer, FIRST)).isEmpty();
  }

  private static Fact.Claimed claim(LocalDate date) {
    return new Fact.Claimed(UUID.randomUUID(), new Claim(date, 1));
  }
}
