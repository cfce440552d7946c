SELECT nation FROM medals WHERE gold >
