// Stored files as functions see them. The bytes' place on disk and the upload and download addresses are the implementation's.
import type { Transaction } from "../database/transaction.ts";
import type { ComponentPath } from "./analysis.ts";

export interface StoredFile {
  content: Uint8Array;
  contentType: string | null;
}

export interface FileMetadata {
  /** The uuid of the address, not the document id. */
  storageId: string;
  /** Hex. */
  sha256: string;
  sizeBytes: number;
  contentType: string | null;
}

/**
 * Every `storageId` argument is an `Id<"_storage">` of that component or the file's uuid. Reads and writes of the `_storage`
 * rows go through the transaction given, so that a mutation that fails leaves no row. Errors of the caller are `UserError`s with
 * Convex's texts.
 */
export interface FileStorage {
  /** Download address, `null` for an unknown id. */
  getUrl(tx: Transaction, component: ComponentPath, storageId: string): string | null;
  getMetadata(tx: Transaction, component: ComponentPath, storageId: string): FileMetadata | null;
  /** An address that takes one hour of `POST`s. */
  generateUploadUrl(component: ComponentPath): string;
  /** @throws UserError `storage id <id> not found` */
  delete(tx: Transaction, component: ComponentPath, storageId: string): void;
  /**
   * Writes the bytes, then the row. Synchronous, for mutations.
   *
   * @param o.sha256 - expected digest of the content, base64 or hex; a different one is a `UserError`
   * @returns the new `Id<"_storage">`
   */
  store(
    tx: Transaction,
    component: ComponentPath,
    content: Uint8Array,
    o: { contentType: string | null; sha256?: string },
  ): string;
  get(tx: Transaction, component: ComponentPath, storageId: string): StoredFile | null;
}
