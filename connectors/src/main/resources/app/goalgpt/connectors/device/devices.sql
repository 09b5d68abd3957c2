SELECT u.{customer_users.deleted_at} IS NOT NULL AS deleted,
       coalesce(u.{customer_users.is_push_allowed_mobile}, true) AS push_allowed,
       t.{customer_push_tokens.id} AS token_id,
       t.{customer_push_tokens.fcm_token} AS token
FROM {customer_users} u
LEFT JOIN {customer_push_tokens} t
       ON t.{customer_push_tokens.customer_user_id} = u.{customer_users.id}
      AND t.{customer_push_tokens.is_active}
WHERE u.{customer_users.id} = ?
ORDER BY t.{customer_push_tokens.id}
