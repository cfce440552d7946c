SELECT nation, stddev(gold) FROM medals GROUP BY nation
