package app.goalgpt.topology.customer;

/**
 * @param balance credits to spend
 * @param lifetimeEarned credits ever earned
 */
public record Credits(int balance, int lifetimeEarned) {}
