-- A token that FCM called dead, unless the row holds another one by now.
UPDATE {customer_push_tokens} t
SET {customer_push_tokens.is_active} = false
FROM unnest(?::uuid[], ?::text[]) AS d (id, hash)
WHERE t.{customer_push_tokens.id} = ANY (?::uuid[])
  AND t.{customer_push_tokens.id} = d.id
  AND t.{customer_push_tokens.is_active}
  AND encode(sha256(convert_to(t.{customer_push_tokens.fcm_token}, 'UTF8')), 'hex') = lower(d.hash)
