// Where the bytes of stored files lie: one file each in a folder, or in memory. Knows names (uuids), not documents.
import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

export interface FileContents {
  /** Writes and flushes; the name must be new. */
  write(name: string, content: Uint8Array): void;
  /** Same from a stream. Nothing is left behind if the stream fails. */
  writeStream(
    name: string,
    stream: ReadableStream<Uint8Array> | null,
  ): Promise<{ sha256: Buffer; sizeBytes: number }>;
  /** The whole content, or `null`. */
  read(name: string): Uint8Array | null;
  /** Bytes from `start` to `end`, inclusive, or `null`. */
  stream(name: string, start: number, end: number): Promise<ReadableStream<Uint8Array> | null>;
  /** No error if there is no such file. */
  remove(name: string): Promise<void>;
  /** Names and ages of everything there is. */
  list(): Promise<{ name: string; modifiedMs: number }[]>;
}

export function memoryContents(now: () => number): FileContents {
  const files = new Map<string, { content: Uint8Array; modifiedMs: number }>();
  const write = (name: string, content: Uint8Array) => {
    files.set(name, { content: Uint8Array.from(content), modifiedMs: now() });
  };
  return {
    write,
    async writeStream(name, stream) {
      const parts: Uint8Array[] = [];
      const result = await drain(stream, (part) => {
        parts.push(Uint8Array.from(part));
        return Promise.resolve();
      });
      write(name, Buffer.concat(parts));
      return result;
    },
    read: (name) => files.get(name)?.content ?? null,
    stream(name, start, end) {
      const content = files.get(name)?.content;
      if (content === undefined) return Promise.resolve(null);
      return Promise.resolve(
        new Blob([Uint8Array.from(content.subarray(start, end + 1))]).stream(),
      );
    },
    remove(name) {
      files.delete(name);
      return Promise.resolve();
    },
    list: () => Promise.resolve([...files].map(([name, { modifiedMs }]) => ({ name, modifiedMs }))),
  };
}

/** @param folder - made if it is missing */
export async function folderContents(folder: string): Promise<FileContents> {
  await mkdir(folder, { recursive: true });
  const pathOf = (name: string) => join(folder, name);
  return {
    write(name, content) {
      const temporary = pathOf(`${name}.part`);
      const file = openSync(temporary, "wx", 0o600);
      try {
        for (let at = 0; at < content.byteLength;) at += writeSync(file, content, at);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, pathOf(name));
    },
    async writeStream(name, stream) {
      const temporary = pathOf(`${name}.part`);
      const file = await open(temporary, "wx", 0o600);
      try {
        const result = await drain(stream, async (part) => {
          for (let at = 0; at < part.byteLength;) at += (await file.write(part, at)).bytesWritten;
        });
        await file.sync();
        await file.close();
        renameSync(temporary, pathOf(name));
        return result;
      } catch (error) {
        await file.close().catch(() => undefined);
        await rm(temporary, { force: true });
        throw error;
      }
    },
    read(name) {
      try {
        return readFileSync(pathOf(name));
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async stream(name, start, end) {
      const path = pathOf(name);
      try {
        await stat(path);
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
      if (end < start) return new Blob([]).stream();
      const bytes: ReadableStream<Uint8Array> = Readable.toWeb(
        createReadStream(path, { start, end }),
      );
      return bytes;
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
    },
    async list() {
      const found: { name: string; modifiedMs: number }[] = [];
      for (const name of await readdir(folder)) {
        const info = await stat(pathOf(name)).catch(() => null);
        if (info !== null) found.push({ name, modifiedMs: info.mtimeMs });
      }
      return found;
    },
  };
}

async function drain(
  stream: ReadableStream<Uint8Array> | null,
  take: (part: Uint8Array) => Promise<void>,
): Promise<{ sha256: Buffer; sizeBytes: number }> {
  const hash: Hash = createHash("sha256");
  let sizeBytes = 0;
  const reader = stream?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) break;
    hash.update(next.value);
    sizeBytes += next.value.byteLength;
    await take(next.value);
  }
  return { sha256: hash.digest(), sizeBytes };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
