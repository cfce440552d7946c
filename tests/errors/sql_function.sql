SELECT nation, corr(gold, year) FROM medals GROUP BY nation
