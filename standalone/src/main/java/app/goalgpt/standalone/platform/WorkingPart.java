package app.goalgpt.standalone.platform;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A part at work, and how it is.
 *
 * @param part closed to stop it
 * @param trouble why it does not do its work now, in a line; empty when it does. May ask the
 *     database: a second or two
 * @param stuck why it never will again unless its process is started anew; empty in any trouble
 *     that passes by itself. At once
 */
record WorkingPart(
    AutoCloseable part, Supplier<Optional<String>> trouble, Supplier<Optional<String>> stuck) {}
