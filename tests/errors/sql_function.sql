SELECT nation, listagg(gold) FROM medals GROUP BY nation
