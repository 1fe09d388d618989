// Turns a password into the text that is stored and compared. Slow on purpose, so call it in actions only:
// a mutation that derives a key would hold up every table.

/** OWASP's figure for PBKDF2 with SHA-256. Older accounts keep the count their text names. */
const ITERATIONS = 600_000;
const SALT_BYTES = 16;
const KEY_BITS = 256;

/** What a password is derived with. `salt` is hexadecimal. */
export type PasswordRecipe = { iterations: number; salt: string };

/** A fresh recipe for a new account. */
export function newRecipe(): PasswordRecipe {
  return {
    iterations: ITERATIONS,
    salt: toHex(crypto.getRandomValues(new Uint8Array(SALT_BYTES))),
  };
}

/**
 * The recipe for an account that does not exist: always the same for the same name, so that a stranger who
 * measures or compares answers learns nothing.
 */
export async function decoyRecipe(accountName: string): Promise<PasswordRecipe> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(`torchkeeper/no-such-account/${accountName}`),
  );
  return { iterations: ITERATIONS, salt: toHex(new Uint8Array(digest).slice(0, SALT_BYTES)) };
}

/** The recipe that a stored text was made with, or `null` if the text is not one of ours. */
export function recipeOf(secret: string): PasswordRecipe | null {
  const [scheme, iterations, salt, key] = secret.split("$");
  if (scheme !== "pbkdf2-sha256" || iterations === undefined || !salt || !key) return null;
  return { iterations: Number(iterations), salt };
}

/** Derives the text to store or compare: `pbkdf2-sha256$<iterations>$<salt>$<key>`, the last two hexadecimal. */
export async function deriveSecret(password: string, recipe: PasswordRecipe): Promise<string> {
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(password.normalize("NFKC")),
    "PBKDF2",
    false,
    ["deriveBits"],
  );
  const bits = await crypto.subtle.deriveBits(
    {
      name: "PBKDF2",
      hash: "SHA-256",
      salt: fromHex(recipe.salt),
      iterations: recipe.iterations,
    },
    key,
    KEY_BITS,
  );
  return `pbkdf2-sha256$${recipe.iterations}$${recipe.salt}$${toHex(new Uint8Array(bits))}`;
}

/** Compares two texts in a time that does not tell where they differ. */
export function equalInConstantTime(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index += 1) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index % Math.max(1, right.length));
  }
  return difference === 0;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}
