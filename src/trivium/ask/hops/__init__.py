"""Questions over several hops: read as chains of relations, answered from facts of documents."""
