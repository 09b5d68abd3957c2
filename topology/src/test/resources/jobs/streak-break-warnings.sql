SELECT concat_ws('|', s.id, 'streak-break-warnings/' || pg_temp.today(),
         CASE WHEN s.english THEN 'Streak Warning 🔥' ELSE 'Streak Uyarısı 🔥' END,
         CASE WHEN s.english THEN format('Don''t lose your %s-day streak! %s %s left until midnight ⏰',
                x.current_streak_days, hours, CASE hours WHEN 1 THEN 'hour' ELSE 'hours' END)
              ELSE format('%s günlük serini kaybetme! Gece yarısına %s saat kaldı ⏰', x.current_streak_days, hours) END,
         format('currentStreak=%s;type=streak_warning;', x.current_streak_days),
         'goalgpt://home')
FROM segments s
JOIN customer_xp x ON x.customer_user_id = s.id
CROSS JOIN (SELECT floor(extract(epoch FROM pg_temp.midnight(pg_temp.today() + 1) - current_setting('test.at')::timestamptz) / 3600)
            AS hours) h
WHERE x.current_streak_days >= 3 AND x.last_activity_date = pg_temp.today() - 1
