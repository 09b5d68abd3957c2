/** Pushes to FCM, and what FCM said about them. */
package app.goalgpt.notifier;
