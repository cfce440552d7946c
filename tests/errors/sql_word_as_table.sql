SELECT nation FROM only
