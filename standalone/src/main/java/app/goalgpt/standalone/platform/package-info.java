/** The parts of this system in one process, and what they stand on when nothing else is there. */
package app.goalgpt.standalone.platform;
