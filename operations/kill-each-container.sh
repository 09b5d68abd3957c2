#!/usr/bin/env bash
# Kills each container of the running compose project in turn, as a crash would (SIGKILL, without a word to Docker), while the app's
# rows come in; waits each time until it is back by itself and ready; in the end the audit must find nothing missing and nothing twice.
# Needs root: Docker does not restart what `docker kill` has killed. Usage: operations/kill-each-container.sh [SERVICE...]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

services=("$@")
[[ ${#services[@]} -gt 0 ]] ||
  services=(scheduler-bridge capture topology ledger notifier console fcm kafka postgres prometheus alertmanager grafana)
back_within=240   # seconds
settled_within=300

if [[ -z "${COMPOSE:-}" ]]; then
  COMPOSE=docker-compose
  docker compose version >/dev/null 2>&1 && COMPOSE='docker compose'
fi
compose() { $COMPOSE -f docker-compose.yml -f operations/trial.yml "$@"; }
complain() { echo "kill-each-container: $*" >&2; exit 1; }
sql() { compose exec -T postgres psql -U postgres -d app -qAt -v ON_ERROR_STOP=1; }

state() { docker inspect -f '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}healthy{{end}}' "$1"; }

[[ "$(id -u)" == 0 ]] || complain "must be run by root"
scratch="$(mktemp -d)"
load=
# shellcheck disable=SC2317  # called by the trap
finish() {
  touch "$scratch/stop"
  [[ -z "$load" ]] || wait "$load" || true
  rm -rf "$scratch"
}
trap finish EXIT

sql <<'SQL'
INSERT INTO badges (slug, name_tr, name_en, unlock_condition, reward_xp, reward_credits)
VALUES ('first-word', 'İlk Söz', 'First Word', '{"type": "comments", "count": 1}', 300, 5),
       ('talker', 'Konuşkan', 'Talker', '{"type": "comments", "count": 3}', 300, 10)
ON CONFLICT DO NOTHING;
SQL

# Ten customers a time, each with three comments, one login, and one friend invited by the next.
customers_come() {
  local batches=0
  while [[ ! -e "$scratch/stop" ]]; do
    if sql >/dev/null 2>&1 <<'SQL'; then
WITH customer AS (
    INSERT INTO customer_users (email) SELECT gen_random_uuid() || '@example.com' FROM generate_series(1, 10) RETURNING id
), token AS (
    INSERT INTO customer_push_tokens (customer_user_id, fcm_token) SELECT id, 'phone-' || id FROM customer
), pair AS (
    SELECT id, lead(id) OVER (ORDER BY id) AS friend FROM customer
), referral AS (
    INSERT INTO referrals (referrer_user_id, referred_user_id, referral_code)
    SELECT id, friend, 'CODE' FROM pair WHERE friend IS NOT NULL
), login AS (
    INSERT INTO customer_oauth_identities (customer_user_id, provider, last_login_at) SELECT id, 'google', now() FROM customer
)
INSERT INTO match_comments (customer_user_id, match_id, content)
SELECT id, '1', 'a word' FROM customer, generate_series(1, 3);
SQL
      batches=$((batches + 1))
    fi
    sleep 0.2
  done
  echo "$batches" >"$scratch/batches"
}
customers_come &
load=$!

# back CONTAINER: until it runs and is healthy; says after how many seconds.
back() {
  local begin=$SECONDS
  sleep 2
  until [[ "$(state "$1")" == 'running healthy' ]]; do
    ((SECONDS - begin < back_within)) || complain "$2 is not back after $back_within s: $(state "$1")"
    sleep 1
  done
  echo $((SECONDS - begin))
}

for service in "${services[@]}"; do
  containers="$(compose ps -q "$service")"
  [[ -n "$containers" ]] || complain "$service does not run"
  for container in $containers; do
    pid="$(docker inspect -f '{{.State.Pid}}' "$container")"
    [[ "$pid" != 0 ]] || complain "$service: $container does not run"
    before="$(docker inspect -f '{{.RestartCount}}' "$container")"
    kill -9 "$pid"
    seconds="$(back "$container" "$service")"
    [[ "$(docker inspect -f '{{.RestartCount}}' "$container")" -gt "$before" ]] || complain "$service was not started again"
    printf '%-17s killed, ready again after %3d s; %6d rewards so far\n' "$service" "$seconds" \
      "$(sql <<<'SELECT count(*) FROM reward_ledger')"
  done
done

echo 'All were killed; every part must be ready, everything settled.'
for service in scheduler-bridge capture topology ledger notifier; do
  for container in $(compose ps -q "$service"); do
    back "$container" "$service" >/dev/null
  done
done
touch "$scratch/stop"
wait "$load"
load=
begin=$SECONDS
until compose run --rm --no-deps migrate audit >"$scratch/audit" 2>&1; do
  ((SECONDS - begin < settled_within)) || { cat "$scratch/audit" >&2; complain "the audit finds differences"; }
  sleep 5
done
cat "$scratch/audit"
printf '%d batches of ten customers; %d rewards settled; the audit passed\n' "$(cat "$scratch/batches")" \
  "$(sql <<<'SELECT count(*) FROM reward_ledger')"
