package app.goalgpt.topology.customer;

import java.time.LocalDate;

/**
 * @param streakDays current_streak_days
 * @param lastActivity last_activity_date, null when there was none
 */
public record Standing(Level level, int streakDays, int xpPoints, LocalDate lastActivity) {}
