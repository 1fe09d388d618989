// A secret of a data folder: made once, kept in a file that only its owner can read.
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The secret kept under `name`, or a new one from `create` that is kept from now on. */
export async function keepSecret(
  dataFolder: string,
  name: string,
  create: () => string,
): Promise<string> {
  const existing = await readSecret(dataFolder, name);
  if (existing !== null) return existing;
  const secret = create().trim();
  const file = join(dataFolder, name);
  await mkdir(dataFolder, { recursive: true });
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  // The mode above is for new files only.
  await chmod(file, 0o600);
  return secret;
}

/** The secret kept under `name`, or `null` if there is none yet. */
export async function readSecret(dataFolder: string, name: string): Promise<string | null> {
  try {
    const secret = (await readFile(join(dataFolder, name), "utf8")).trim();
    return secret === "" ? null : secret;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
