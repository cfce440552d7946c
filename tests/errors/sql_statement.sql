DELETE FROM medals WHERE gold < 3
