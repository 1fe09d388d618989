/** Bytes as a latin1 string, one character a byte, so that `<` compares bytes. */
export type Key = string;
