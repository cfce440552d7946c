SELECT nation FROM medal
