/**
 * A fake FCM server that speaks the HTTP v1 protocol over TLS, so that the real client stack can be
 * run without Google: the default run sends to it, and tests script what it answers.
 */
package app.goalgpt.embedded.fcm;
