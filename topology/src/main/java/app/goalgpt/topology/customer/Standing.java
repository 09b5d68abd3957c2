package app.goalgpt.topology.customer;

/**
 * @param streakDays current_streak_days
 */
public record Standing(Level level, int streakDays) {}
