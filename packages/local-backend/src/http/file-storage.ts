// Stored files: `_storage` rows with their contents, download and upload addresses.
import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Database } from "../database/database.ts";
import { UserError } from "../database/errors.ts";
import type { ComponentPath, Transaction } from "../database/transaction.ts";
import type { FileMetadata, FileStorage, StoredFile } from "../runtime/file-storage.ts";
import { decodeDocumentId } from "../values/document-id.ts";
import { isJsonObject, parseJson, type JsonObject } from "../values/json.ts";
import type { FileContents } from "./file-contents.ts";

const table = "_storage";
const uploadUrlLifetimeMs = 60 * 60_000;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Files that no document names are kept this long: their document may be on its way. */
const orphanAgeMs = 24 * 60 * 60_000;

/** A `_storage` row as the server reads it. */
export type FileRow = {
  readonly id: string;
  /** uuid: the name of the content and of the address */
  readonly storageId: string;
  /** base64 */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly contentType: string | null;
};

export class UploadTokenError extends Error {
  readonly code: "StorageTokenInvalid" | "StorageTokenExpired";
  constructor(code: "StorageTokenInvalid" | "StorageTokenExpired", message: string) {
    super(message);
    this.code = code;
  }
}

export class ServerFileStorage implements FileStorage {
  readonly #database: Database;
  readonly #contents: FileContents;
  readonly #cloudUrl: () => string;
  readonly #secret: string;
  readonly #now: () => number;

  constructor(options: {
    database: Database;
    contents: FileContents;
    cloudUrl: () => string;
    /** Signs upload addresses. */
    secret: string;
    now: () => number;
  }) {
    this.#database = options.database;
    this.#contents = options.contents;
    this.#cloudUrl = options.cloudUrl;
    this.#secret = options.secret;
    this.#now = options.now;
    // A content goes only after the deletion of its row is durable: a mutation that fails leaves the file whole.
    options.database.onCommit((commit) => {
      for (const change of commit.changes) {
        if (change.table !== table || change.before === null || change.after !== null) continue;
        const row = toRow(parseJson(change.before));
        if (row !== null) void this.#contents.remove(row.storageId);
      }
    });
  }

  getUrl(tx: Transaction, component: ComponentPath, storageId: string): string | null {
    const row = findRow(tx, component, storageId);
    return row === null ? null : `${this.#cloudUrl()}/api/storage/${row.storageId}`;
  }

  getMetadata(tx: Transaction, component: ComponentPath, storageId: string): FileMetadata | null {
    const row = findRow(tx, component, storageId);
    if (row === null) return null;
    return {
      storageId: row.storageId,
      sha256: Buffer.from(row.sha256, "base64").toString("hex"),
      sizeBytes: row.sizeBytes,
      contentType: row.contentType,
    };
  }

  generateUploadUrl(component: ComponentPath): string {
    const payload = Buffer.from(
      JSON.stringify({ component, expiresAt: this.#now() + uploadUrlLifetimeMs }),
    ).toString("base64url");
    return `${this.#cloudUrl()}/api/storage/upload?token=${payload}.${this.#sign(payload)}`;
  }

  delete(tx: Transaction, component: ComponentPath, storageId: string): void {
    const row = findRow(tx, component, storageId);
    if (row === null) throw new UserError(`storage id ${storageId} not found`);
    tx.system.remove(component, table, row.id);
  }

  store(
    tx: Transaction,
    component: ComponentPath,
    content: Uint8Array,
    o: { contentType: string | null; sha256?: string },
  ): string {
    const sha256 = createHash("sha256").update(content).digest();
    if (o.sha256 !== undefined && !sameDigest(o.sha256, sha256))
      throw new UserError(mismatchText(o.sha256, sha256));
    const name = randomUUID();
    this.#contents.write(name, content);
    return insertRow(tx, component, {
      storageId: name,
      sha256: sha256.toString("base64"),
      sizeBytes: content.byteLength,
      contentType: o.contentType,
    });
  }

  get(tx: Transaction, component: ComponentPath, storageId: string): StoredFile | null {
    const row = findRow(tx, component, storageId);
    if (row === null) return null;
    const content = this.#contents.read(row.storageId);
    return content === null ? null : { content, contentType: row.contentType };
  }

  /**
   * Takes an upload: content first, then its row in a transaction of its own.
   *
   * @returns the new `Id<"_storage">`
   * @throws UploadTokenError; UserError `Sha256Mismatch`
   */
  async upload(
    token: string,
    body: ReadableStream<Uint8Array> | null,
    o: { contentType: string | null; sha256: string | null },
  ): Promise<string> {
    const component = this.#readUploadToken(token);
    const name = randomUUID();
    const { sha256, sizeBytes } = await this.#contents.writeStream(name, body);
    try {
      if (o.sha256 !== null && !sameDigest(o.sha256, sha256)) {
        throw new UserError(mismatchText(o.sha256, sha256), { code: "Sha256Mismatch" });
      }
      const tx = this.#database.begin({ kind: "mutation", unlimited: true });
      const id = insertRow(tx, component, {
        storageId: name,
        sha256: sha256.toString("base64"),
        sizeBytes,
        contentType: o.contentType,
      });
      await this.#database.commit(tx);
      return id;
    } catch (error) {
      await this.#contents.remove(name);
      throw error;
    }
  }

  /** The file behind a download address, in whichever component it lies, or `null`. */
  find(storageId: string): FileRow | null {
    if (!uuidPattern.test(storageId)) throw new UserError(`Invalid storage ID: ${storageId}`);
    const tx = this.#database.begin({ kind: "query", unlimited: true });
    try {
      for (const component of new Set(["", ...this.#database.components()])) {
        const row = findRow(tx, component, storageId);
        if (row !== null) return row;
      }
      return null;
    } finally {
      this.#database.abort(tx);
    }
  }

  stream(row: FileRow, start: number, end: number): Promise<ReadableStream<Uint8Array> | null> {
    return this.#contents.stream(row.storageId, start, end);
  }

  /** Removes contents whose row never came to be (a mutation that failed, a process that died). Gives how many. */
  async removeOrphans(): Promise<number> {
    let removed = 0;
    for (const { name, modifiedMs } of await this.#contents.list()) {
      if (this.#now() - modifiedMs < orphanAgeMs) continue;
      const storageId = name.replace(/\.part$/, "");
      if (!uuidPattern.test(storageId)) continue;
      if (name === storageId && this.find(storageId) !== null) continue;
      await this.#contents.remove(name);
      removed++;
    }
    return removed;
  }

  #readUploadToken(token: string): ComponentPath {
    const [payload = "", signature = ""] = token.split(".");
    const expected = Buffer.from(this.#sign(payload));
    const given = Buffer.from(signature);
    const isOurs = expected.length === given.length && timingSafeEqual(expected, given);
    const claims = isOurs ? parseJson(Buffer.from(payload, "base64url").toString("utf8")) : null;
    if (
      !isJsonObject(claims) ||
      typeof claims["component"] !== "string" ||
      typeof claims["expiresAt"] !== "number"
    ) {
      throw new UploadTokenError(
        "StorageTokenInvalid",
        "The upload address is not one this server gave out",
      );
    }
    if (claims["expiresAt"] < this.#now()) {
      throw new UploadTokenError(
        "StorageTokenExpired",
        "The upload address has expired: it is good for one hour. Ask for a new one",
      );
    }
    return claims["component"];
  }

  #sign(payload: string): string {
    return createHmac("sha256", this.#secret).update(`upload ${payload}`).digest("base64url");
  }
}

/** `storageId` is an `Id<"_storage">` or the uuid of the address. */
function findRow(tx: Transaction, component: ComponentPath, storageId: string): FileRow | null {
  if (uuidPattern.test(storageId)) {
    const [row] = tx.system.query(component, table, "by_storageId", [storageId.toLowerCase()], {
      limit: 1,
    });
    return row === undefined ? null : toRow(row);
  }
  if (decodeDocumentId(storageId) === null) {
    throw new UserError(`Invalid storage ID: ${storageId}`, { code: "InvalidStorageId" });
  }
  const row = tx.system.get(component, table, storageId);
  return row === null ? null : toRow(row);
}

function insertRow(tx: Transaction, component: ComponentPath, row: Omit<FileRow, "id">): string {
  const { storageId, sha256, sizeBytes, contentType } = row;
  return tx.system.insert(component, table, { storageId, sha256, size: sizeBytes, contentType });
}

function toRow(json: unknown): FileRow | null {
  const row = asObject(json);
  const { _id: id, storageId, sha256, size, contentType } = row;
  if (typeof id !== "string" || typeof storageId !== "string" || typeof sha256 !== "string")
    return null;
  return {
    id,
    storageId,
    sha256,
    sizeBytes: typeof size === "number" ? size : 0,
    contentType: typeof contentType === "string" ? contentType : null,
  };
}

function asObject(json: unknown): JsonObject {
  return typeof json === "object" && json !== null ? { ...json } : {};
}

/** `expected` is base64 or hex. */
function sameDigest(expected: string, actual: Buffer): boolean {
  return (
    expected.toLowerCase() === actual.toString("hex") || expected === actual.toString("base64")
  );
}

function mismatchText(expected: string, actual: Buffer): string {
  return `The file's sha256 is ${actual.toString("base64")}, but ${expected} was announced`;
}
