/** What the API does, route by route. */
package app.goalgpt.console.api;
