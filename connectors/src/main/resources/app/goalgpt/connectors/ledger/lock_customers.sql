SELECT 1 FROM {customer_users} u WHERE u.{customer_users.id} = ANY (?::uuid[]) ORDER BY u.{customer_users.id} FOR NO KEY UPDATE
