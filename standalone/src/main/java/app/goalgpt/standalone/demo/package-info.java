/** The default run: everything in one process, the app played, what happens on the terminal. */
package app.goalgpt.standalone.demo;
