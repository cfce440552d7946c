SELECT nation, likeliest(gold) FROM medals GROUP BY nation
