// The code on the table: how a typed one is read, how it is shown, and the link that carries it.

const CODE_LENGTH = 6;

/** What was typed without blanks and dashes, in capitals. */
export function readJoinCode(text: string): string {
  return text.replace(/[\s-]+/g, "").toUpperCase();
}

/** What is wrong with a typed code before anybody is asked; `null` when it has the right shape. */
export function joinCodeProblem(text: string): string | null {
  const code = readJoinCode(text);
  if (code === "") return "Type the six-character code that your GM shows.";
  if (/[^A-Z0-9]/.test(code)) return "A code has letters and digits only, like ABC 234.";
  if (code.length !== CODE_LENGTH) {
    return `A code has six characters; this one has ${String(code.length)}.`;
  }
  if (/[01ILOU]/.test(code)) {
    return "Codes never have 0, 1, I, L, O or U. Look once more at the GM’s screen.";
  }
  return null;
}

/** "ABC234" as "ABC 234", easier to read aloud. */
export function showJoinCode(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

/** The address that opens the join page with the code in it. */
export function joinLink(origin: string, code: string): string {
  return `${origin}/join/${code}`;
}
