SELECT nation, gold FROM medals GROUP BY nation
