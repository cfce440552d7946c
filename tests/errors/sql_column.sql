SELECT nation FROM medals WHERE golds > 3
