SELECT (SELECT gold FROM medals) AS g
