package app.goalgpt.topology.customer;

import java.time.LocalDate;

/**
 * A daily reward that was claimed.
 *
 * @param day 1 to 7: which of the week's rewards it was
 */
public record Claim(LocalDate date, int day) {}
