// Which type checker answers where the syntax does not tell.

/** `ts6`: TypeScript 6 in this process, started at the first question; `none`: what only types tell stays unknown. */
export const engines = ["ts6", "none"] as const;

export type Engine = (typeof engines)[number];
