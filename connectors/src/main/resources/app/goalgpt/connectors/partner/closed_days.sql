SELECT a.{partner_analytics.partner_id}, a.{partner_analytics.date}
FROM unnest(?::uuid[], ?::date[], ?::date[]) AS t (partner_id, first, last)
JOIN {partner_analytics} a ON a.{partner_analytics.partner_id} = t.partner_id
                          AND a.{partner_analytics.date} BETWEEN t.first AND t.last
ORDER BY 1, 2
