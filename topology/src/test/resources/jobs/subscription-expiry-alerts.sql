SELECT concat_ws('|', s.id, 'subscription-expiry-alerts/' || p.id || '/' || pg_temp.today() + 3,
         CASE WHEN s.english THEN 'VIP Membership Reminder 👑' ELSE 'VIP Üyelik Uyarısı 👑' END,
         CASE WHEN s.english THEN 'Your VIP membership ends in 3 days. Don''t forget to renew!'
              ELSE 'VIP üyeliğin 3 gün sonra sona eriyor. Yenilemeyi unutma!' END,
         'daysRemaining=3;expiredAt='
           || replace(to_char(p.expired_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '')
           || 'Z;type=subscription_expiry;',
         'goalgpt://paywall')
FROM segments s
JOIN subscriptions p ON p.customer_user_id = s.id
WHERE p.status = 'active' AND (p.expired_at AT TIME ZONE current_setting('test.zone'))::date = pg_temp.today() + 3
