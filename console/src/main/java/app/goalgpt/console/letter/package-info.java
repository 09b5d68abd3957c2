/** Dead letters: read, written back to where they came from, or dropped. */
package app.goalgpt.console.letter;
