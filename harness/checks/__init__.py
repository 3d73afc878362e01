"""One file per kind of check, all with the same small interface; the only room that knows how evidence is made."""
