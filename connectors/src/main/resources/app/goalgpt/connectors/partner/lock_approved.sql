-- In the order in which all lock them: what is counted afterwards is younger than the lock.
SELECT p.{partners.id}
FROM {partners} p
WHERE p.{partners.status} = 'approved'
ORDER BY p.{partners.id}
FOR NO KEY UPDATE
