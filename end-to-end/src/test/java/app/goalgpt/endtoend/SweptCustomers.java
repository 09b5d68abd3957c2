package app.goalgpt.endtoend;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Customers whom jobs and campaigns speak to, and those whom they must not: without a device, with
 * pushes switched off, deleted. Whom a run is to reach is asked of the tables, in plain SQL.
 */
final class SweptCustomers {
  private static final String SIGN_UP =
      """
      WITH numbered AS MATERIALIZED (SELECT n, gen_random_uuid() AS id FROM generate_series(1, %d) n),
      customer AS (
        INSERT INTO customer_users (id, full_name, locale_preference, is_push_allowed_mobile, deleted_at)
        SELECT id, 'Işık ' || n, CASE WHEN n %% 5 = 0 THEN 'en' ELSE 'tr' END, n %% 17 <> 0,
               CASE WHEN n %% 23 = 0 THEN now() END
        FROM numbered),
      device AS (
        INSERT INTO customer_push_tokens (customer_user_id, fcm_token, is_active)
        SELECT id, 'device-' || id || '-' || d, n %% 19 <> 0
        FROM numbered, generate_series(1, CASE WHEN n %% 11 = 0 THEN 0 WHEN n %% 7 = 0 THEN 2 ELSE 1 END) d)
      INSERT INTO subscriptions (customer_user_id, status, platform)
      SELECT id, 'active', 'ios' FROM numbered WHERE n %% 6 = 0""";

  /** Devices whose app was uninstalled: FCM says so when the next push comes. */
  private static final String UNINSTALL =
      """
      INSERT INTO customer_push_tokens (customer_user_id, fcm_token)
      SELECT id, 'dead-' || gen_random_uuid() FROM customer_users ORDER BY random() LIMIT 60""";

  /** Most claim in the ten days up to that one, some on that day itself. */
  private static final String CLAIM =
      """
      INSERT INTO customer_daily_rewards (customer_user_id, reward_date, day_number, reward_type)
      SELECT id, date '%s' - floor(random() * 10)::int, 1 + floor(random() * 7)::int, 'credits'
      FROM customer_users WHERE random() < 0.7
      ON CONFLICT DO NOTHING""";

  /** Enough for a badge, of customers whose devices do not change by it. */
  private static final String COMMENT =
      """
      INSERT INTO match_comments (customer_user_id, match_id, content)
      SELECT id, 'm' || n, 'Güzel maçtı ⚽'
      FROM (SELECT id FROM customer_users u
            WHERE NOT EXISTS (SELECT FROM customer_push_tokens t
                              WHERE t.customer_user_id = u.id AND t.is_active AND t.fcm_token LIKE 'dead-%')
            ORDER BY random() LIMIT 60) u, generate_series(1, 3) n""";

  private static final String REACHABLE =
      """
      SELECT u.id FROM customer_users u
      WHERE u.deleted_at IS NULL AND u.is_push_allowed_mobile
        AND EXISTS (SELECT FROM customer_push_tokens t WHERE t.customer_user_id = u.id AND t.is_active)""";

  private static final String REMINDED =
      REACHABLE
          + """
           AND NOT EXISTS (SELECT FROM customer_daily_rewards r
                           WHERE r.customer_user_id = u.id AND r.reward_date = date '%1$s')
           AND EXISTS (SELECT FROM customer_daily_rewards r
                       WHERE r.customer_user_id = u.id AND r.reward_date BETWEEN date '%1$s' - 7 AND date '%1$s' - 1)""";

  private static final String FREE =
      REACHABLE
          + " AND NOT EXISTS (SELECT FROM subscriptions s"
          + " WHERE s.customer_user_id = u.id AND s.status = 'active')";

  private static final String ANSWERING =
      " AND EXISTS (SELECT FROM customer_push_tokens t WHERE t.customer_user_id = u.id AND t.is_active"
          + " AND t.fcm_token NOT LIKE 'dead-%')";

  /** The split as docs/jobs.md has it. */
  private static final String SECOND_TEXT =
      " AND ('x' || left(md5('%s/' || u.id), 8))::bit(32)::bigint %% 100 < 30";

  private final Deployment deployment;

  SweptCustomers(Deployment deployment) {
    this.deployment = deployment;
  }

  void signUp(int customers) {
    deployment.execute(SIGN_UP.formatted(customers));
  }

  void uninstall() {
    deployment.execute(UNINSTALL);
  }

  void claim(LocalDate upTo) {
    deployment.execute(CLAIM.formatted(upTo));
  }

  void comment() {
    deployment.execute(COMMENT);
  }

  /** Writes a campaign to those who do not pay, due on that day at noon. */
  UUID schedule(LocalDate day) {
    return schedule(day, "NULL");
  }

  /** The same with a second text for three customers in ten. */
  UUID scheduleWithTwoTexts(LocalDate day) {
    return schedule(
        day,
        """
        '{"options": {"variant_b": {"share": 30, "title_tr": "Bugün VIP ol", "title_en": "VIP today"}}}'""");
  }

  private UUID schedule(LocalDate day, String segmentFilter) {
    UUID campaign = UUID.randomUUID();
    deployment.execute(
        """
        INSERT INTO scheduled_notifications
          (id, title_tr, title_en, body_tr, body_en, target_audience, scheduled_at, segment_filter)
        VALUES ('%s', 'VIP ol 👑', 'Go VIP 👑', 'Bugün yarı fiyatına', 'Half price today', 'free', '%sT12:00:00Z', %s)"""
            .formatted(campaign, day, segmentFilter));
    return campaign;
  }

  /** Who claimed in the week before that day and not on it. */
  Set<UUID> toBeReminded(LocalDate day) {
    return ids(REMINDED.formatted(day));
  }

  /** Who does not pay. */
  Set<UUID> free() {
    return ids(FREE);
  }

  /** Of those who do not pay, who has a device that takes a push. */
  Set<UUID> freeAndAnswering() {
    return ids(FREE + ANSWERING);
  }

  /** Of those who do not pay, who gets the campaign's second text. */
  Set<UUID> freeWithSecondText(UUID campaign) {
    return ids(FREE + SECOND_TEXT.formatted(campaign));
  }

  private Set<UUID> ids(String sql) {
    Set<UUID> ids = new HashSet<>();
    deployment.column(sql).forEach(id -> ids.add(UUID.fromString(id)));
    return ids;
  }
}
