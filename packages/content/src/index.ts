// The public face of the content: the bestiary with its licence, and the one way to accept a monster from outside.
export * from "./core-monsters.ts";
export * from "./licence.ts";
export * from "./monster-record.ts";
