package app.goalgpt.standalone.simulation;

import java.util.UUID;

/**
 * A partner of the app: a customer who brings others.
 *
 * @param code what those who come by the partner sign up and subscribe with
 */
record Partner(UUID id, UUID customerId, String name, String code) {}
