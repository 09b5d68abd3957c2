package app.goalgpt.standalone.demo;

import java.math.BigDecimal;
import java.time.LocalDate;

/** A partner's day, as the nightly rollup closed it. */
record ClosedDay(
    String partner,
    LocalDate date,
    int signups,
    int subscriptions,
    BigDecimal revenue,
    BigDecimal commission,
    int active,
    int churned) {}
