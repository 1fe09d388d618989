// The deployment's environment variables: stored with the data, changed by the command line and the admin API.
import type { Database } from "../database/database.ts";
import type { JsonObject } from "../values/json.ts";

const table = "_environment_variables";
const maxVariables = 512;
const maxValueBytes = 8 * 1024;
/** The server says what these are. */
const builtIn = new Set(["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"]);

export type EnvironmentChange = {
  readonly name: string;
  /** `null` removes it. */ readonly value: string | null;
};

/** A change of variables that is refused as a whole; `code` is Convex's. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export class EnvironmentVariables {
  readonly #database: Database;
  readonly #given: Readonly<Record<string, string>>;
  #stored: Readonly<Record<string, string>>;

  /** @param given - variables of this process's start; they win over stored ones and are not stored */
  constructor(database: Database, given: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(given)) checkChange({ name, value });
    this.#database = database;
    this.#given = given;
    this.#stored = this.#load();
  }

  /** What functions see, now. The built-in addresses are not in it. */
  all(): Readonly<Record<string, string>> {
    return Object.keys(this.#given).length === 0
      ? this.#stored
      : { ...this.#stored, ...this.#given };
  }

  /**
   * Applies all changes or none; resolves when they are durable.
   *
   * @throws EnvironmentError saying which name or value cannot be
   */
  async change(changes: readonly EnvironmentChange[]): Promise<void> {
    for (const change of changes) checkChange(change);
    const names = new Set(Object.keys(this.#stored));
    for (const { name, value } of changes) {
      if (value === null) names.delete(name);
      else names.add(name);
    }
    if (names.size > maxVariables) {
      throw new EnvironmentError(
        "TooManyEnvVars",
        `There would be ${names.size} environment variables; at most ${maxVariables} are possible`,
      );
    }
    const tx = this.#database.begin({ kind: "mutation", unlimited: true });
    try {
      for (const { name, value } of changes) {
        const [row] = tx.system.query("", table, "by_name", [name], { limit: 1 });
        const id = typeof row?.["_id"] === "string" ? row["_id"] : null;
        if (value === null) {
          if (id !== null) tx.system.remove("", table, id);
        } else if (id === null) tx.system.insert("", table, { name, value });
        else tx.system.patch("", table, id, { value });
      }
    } catch (error) {
      this.#database.abort(tx);
      throw error;
    }
    await this.#database.commit(tx);
    this.#stored = this.#load();
  }

  #load(): Readonly<Record<string, string>> {
    const tx = this.#database.begin({ kind: "query", unlimited: true });
    try {
      return Object.fromEntries(
        tx.system
          .query("", table, "by_name", [])
          .flatMap(({ name, value }: JsonObject) =>
            typeof name === "string" && typeof value === "string" ? [[name, value]] : [],
          ),
      );
    } finally {
      this.#database.abort(tx);
    }
  }
}

function checkChange({ name, value }: EnvironmentChange): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name.length > 256) {
    throw new EnvironmentError(
      "InvalidEnvVarName",
      `\`${name}\` is no name for an environment variable; expected letters, digits and underscores, not starting with a digit, at most 256`,
    );
  }
  if (builtIn.has(name)) {
    throw new EnvironmentError(
      "EnvVarNameForbidden",
      `\`${name}\` is set by the server and cannot be changed`,
    );
  }
  if (value !== null && Buffer.byteLength(value) > maxValueBytes) {
    throw new EnvironmentError(
      "EnvVarTooLarge",
      `The value of \`${name}\` has ${Buffer.byteLength(value)} bytes; at most ${maxValueBytes} are possible`,
    );
  }
}
