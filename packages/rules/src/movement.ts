// How far a monster moves in a turn and by which means: `double near (fly, swim)`.

export const movementBands = [
  "none",
  "close",
  "near",
  "double near",
  "triple near",
  "far",
] as const;

export type MovementBand = (typeof movementBands)[number];

export const movementModes = ["fly", "swim", "climb", "burrow", "teleport"] as const;

export type MovementMode = (typeof movementModes)[number];

export type Movement = {
  readonly band: MovementBand;
  /** In the order printed; empty for walkers. */
  readonly modes: readonly MovementMode[];
};

/**
 * Reads a movement.
 *
 * @throws RangeError that names the text and the words that are understood
 */
export function parseMovement(text: string): Movement {
  const match = /^([a-z ]+?)(?: \(([^()]*)\))?$/.exec(text.trim().toLowerCase());
  const band = movementBands.find((name) => name === match?.[1]?.replace(/\s+/g, " "));
  if (match === null || band === undefined) {
    throw new RangeError(
      `Cannot read the movement \`${text}\`; expected one of ${movementBands.join(", ")}, with ` +
        `means in parentheses: ${movementModes.join(", ")}`,
    );
  }
  const words = match[2] === undefined ? [] : match[2].split(",").map((word) => word.trim());
  const modes = words.map((word) => {
    const mode = movementModes.find((name) => name === word);
    if (mode === undefined) {
      throw new RangeError(
        `Cannot read \`${word}\` in the movement \`${text}\`; expected ${movementModes.join(", ")}`,
      );
    }
    return mode;
  });
  return { band, modes };
}

/** Prints a movement the way {@link parseMovement} reads it back. */
export function formatMovement(movement: Movement): string {
  return movement.modes.length === 0
    ? movement.band
    : `${movement.band} (${movement.modes.join(", ")})`;
}
