-- In the order in which all lock them: what is counted afterwards is younger than the lock.
SELECT p.{partners.id}, p.{partners.referral_code}, p.{partners.status} = 'approved'
FROM {partners} p
WHERE p.{partners.referral_code} = ANY (?::text[])
ORDER BY p.{partners.id}
FOR NO KEY UPDATE
