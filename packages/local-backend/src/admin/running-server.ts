// How a command finds the server that has a data folder open, and talks to it with the folder's admin key.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readAdminKey } from "../auth/admin-key.ts";
import { isJsonObject, parseJson, type Json, type JsonObject } from "../values/json.ts";

const fileName = "server.json";

export async function announceServer(dataFolder: string, url: string): Promise<void> {
  const text = JSON.stringify({ pid: process.pid, url });
  await writeFile(join(dataFolder, fileName), `${text}\n`, { mode: 0o600 });
}

export async function retractServer(dataFolder: string): Promise<void> {
  await rm(join(dataFolder, fileName), { force: true });
}

export interface AdminConnection {
  readonly url: string;
  /** @throws (rejects) Error with the server's message */
  post(path: string, body: JsonObject): Promise<Json>;
  get(path: string): Promise<Json>;
}

/** The server that serves a data folder now, or `null`. A file left by a dead server does not count. */
export async function findServer(dataFolder: string): Promise<AdminConnection | null> {
  let text: string;
  try {
    text = await readFile(join(dataFolder, fileName), "utf8");
  } catch {
    return null;
  }
  const announced = parseJson(text);
  const url = isJsonObject(announced) ? announced["url"] : null;
  const adminKey = await readAdminKey(dataFolder);
  if (typeof url !== "string" || adminKey === null) return null;
  const connection = connectAsAdmin(url, adminKey);
  try {
    await connection.get("/api/v1/get_canonical_urls");
    return connection;
  } catch {
    return null;
  }
}

export function connectAsAdmin(url: string, adminKey: string): AdminConnection {
  const request = async (path: string, init: RequestInit): Promise<Json> => {
    const response = await fetch(`${url.replace(/\/+$/, "")}${path}`, {
      ...init,
      headers: { Authorization: `Convex ${adminKey}`, "Content-Type": "application/json" },
    });
    const text = await response.text();
    if (response.ok) return text === "" ? null : parseJson(text);
    throw new Error(messageOf(text) ?? `${url} answered ${response.status}`);
  };
  return {
    url,
    post: (path, body) => request(path, { method: "POST", body: JSON.stringify(body) }),
    get: (path) => request(path, { method: "GET" }),
  };
}

function messageOf(text: string): string | null {
  try {
    const json = parseJson(text);
    return isJsonObject(json) && typeof json["message"] === "string" ? json["message"] : null;
  } catch {
    return null;
  }
}
