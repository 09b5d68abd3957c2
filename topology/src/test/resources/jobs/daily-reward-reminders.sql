SELECT concat_ws('|', id, 'daily-reward-reminders/' || pg_temp.today(),
         CASE WHEN english THEN 'Daily Reward' ELSE 'Günlük Ödül' END,
         CASE WHEN english THEN format('Don''t forget to claim your daily reward! %s credits are waiting for you today 🎁', credits)
              ELSE format('Günlük ödülünü almayı unutma! Bugün %s kredi seni bekliyor 🎁', credits) END,
         format('credits=%s;day=%s;type=daily_reward;xp=%s;', credits, day, xp),
         'goalgpt://daily-rewards')
FROM (
  SELECT id, english, day, (ARRAY[10, 15, 20, 25, 30, 40, 100])[day] AS credits, (ARRAY[10, 15, 20, 25, 30, 40, 50])[day] AS xp
  FROM (
    SELECT s.id, s.english,
           coalesce((SELECT CASE d.day_number WHEN 7 THEN 1 ELSE d.day_number + 1 END FROM customer_daily_rewards d
                     WHERE d.customer_user_id = s.id AND d.reward_date = pg_temp.today() - 1), 1) AS day
    FROM segments s
    WHERE NOT EXISTS (SELECT FROM customer_daily_rewards d
                      WHERE d.customer_user_id = s.id AND d.reward_date = pg_temp.today())
      AND EXISTS (SELECT FROM customer_daily_rewards d WHERE d.customer_user_id = s.id
                  AND d.reward_date BETWEEN pg_temp.today() - 7 AND pg_temp.today() - 1)) days) amounts
