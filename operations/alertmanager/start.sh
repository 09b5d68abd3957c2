#!/bin/sh
# Writes Alertmanager's configuration from the environment, which it does not read itself, and starts it. A receiver that is not
# configured is left out; with none, alerts are seen in Alertmanager and Prometheus only. Needs a POSIX shell and nothing else.
set -eu
umask 077

config="${ALERTMANAGER_CONFIG:-/alertmanager/alertmanager.yml}"
secrets="$(dirname "$config")"

complain() {
  echo "alertmanager/start.sh: $*" >&2
  exit 2
}

# one_line NAME VALUE: it goes into a quoted string.
one_line() {
  case "$2" in
    *[\"\\]* | *"
"*) complain "$1: a quote, a backslash or a line break is not allowed" ;;
  esac
}

for name in ALERT_EMAIL_TO ALERT_EMAIL_FROM SMTP_SMARTHOST SMTP_USERNAME SLACK_CHANNEL; do
  eval "one_line $name \"\${$name:-}\""
done

email=false
if [ -n "${ALERT_EMAIL_TO:-}" ]; then
  [ -n "${SMTP_SMARTHOST:-}" ] || complain "ALERT_EMAIL_TO is set and SMTP_SMARTHOST (host:port) is not"
  email=true
fi
slack=false
if [ -n "${SLACK_WEBHOOK_URL:-}" ]; then
  slack=true
  printf '%s' "$SLACK_WEBHOOK_URL" >"$secrets/slack-webhook-url"
fi
printf '%s' "${SMTP_PASSWORD:-}" >"$secrets/smtp-password"

{
  echo 'route:'
  echo '  receiver: team'
  echo '  group_by: [alertname]'
  echo '  group_wait: 30s'
  echo '  group_interval: 5m'
  echo '  repeat_interval: 12h'
  echo '  routes:'
  echo '    - matchers: [severity="critical"]'
  echo '      receiver: team'
  echo '      group_wait: 10s'
  echo '      repeat_interval: 1h'
  echo
  echo 'inhibit_rules:'
  echo '  # A part that is gone explains what it does not do.'
  echo '  - source_matchers: [alertname="PartDown", part="scheduler-bridge"]'
  echo '    target_matchers: [alertname=~"NobodySendsTicks|JobDidNotRun"]'
  echo '  - source_matchers: [alertname="PartDown", part="capture"]'
  echo '    target_matchers: [alertname="CaptureStandsStill"]'
  echo
  echo 'receivers:'
  echo '  - name: team'
  if $email; then
    echo '    email_configs:'
    echo "      - to: \"$ALERT_EMAIL_TO\""
    echo "        from: \"${ALERT_EMAIL_FROM:-$ALERT_EMAIL_TO}\""
    echo "        smarthost: \"$SMTP_SMARTHOST\""
    if [ -n "${SMTP_USERNAME:-}" ]; then
      echo "        auth_username: \"$SMTP_USERNAME\""
      echo "        auth_password_file: \"$secrets/smtp-password\""
    fi
    echo '        send_resolved: true'
  fi
  if $slack; then
    echo '    slack_configs:'
    echo "      - api_url_file: \"$secrets/slack-webhook-url\""
    echo "        channel: \"${SLACK_CHANNEL:-#alerts}\""
    echo '        send_resolved: true'
    # shellcheck disable=SC2016  # Alertmanager's templates, not the shell's
    echo '        title: "{{ .Status | toUpper }} {{ .CommonLabels.alertname }}"'
    printf '%s\n' '        text: "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n{{ end }}"'
  fi
} >"$config"

if [ "${1:-}" = --print ]; then
  cat "$config"
  exit 0
fi
exec /bin/alertmanager --config.file="$config" --storage.path=/alertmanager "$@"
