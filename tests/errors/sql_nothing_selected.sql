SELECT FROM medals WHERE gold > 3
