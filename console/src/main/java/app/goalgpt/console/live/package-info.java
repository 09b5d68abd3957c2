/** What happens now: one consumer hears it, any number of streams tell it. */
package app.goalgpt.console.live;
