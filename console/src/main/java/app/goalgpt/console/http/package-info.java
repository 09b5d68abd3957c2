/** Requests and answers: routes, tokens, problems, the page's files. */
package app.goalgpt.console.http;
