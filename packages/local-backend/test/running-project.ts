// A backend on a small project of the fixtures, with clients of the official package, all closed at the end of the test.
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import {
  makeFunctionReference,
  type DefaultFunctionArgs,
  type FunctionReference,
} from "convex/server";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { JsonObject } from "../src/values/json.ts";
import { startBackend, type Backend, type BackendOptions } from "../src/index.ts";

export const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}/convex`, import.meta.url));
}

/** Starts a project of the fixtures in memory on a free port, unless told otherwise. */
export async function startProject(
  name: string,
  options: Partial<BackendOptions> = {},
): Promise<Backend> {
  const backend = await startBackend({
    functions: fixture(name),
    ...(options.data === undefined ? { inMemory: true as const } : {}),
    port: 0,
    log: silentLog,
    ...options,
    environment: {
      TEST_JWKS: (await testKeys()).jwks,
      // Making keys takes a while; only projects that sign tokens themselves need some.
      ...(name === "signed-in" ? {} : { JWKS: "unused" }),
      ...options.environment,
    },
  });
  onTestFinished(() => backend.close());
  return backend;
}

/** JSON of unknown shape that a test looks into. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers freely
export type Loose = any;

export const query = (path: string) =>
  makeFunctionReference<"query", DefaultFunctionArgs, Loose>(path);
export const mutation = (path: string) =>
  makeFunctionReference<"mutation", DefaultFunctionArgs, Loose>(path);
export const action = (path: string) =>
  makeFunctionReference<"action", DefaultFunctionArgs, Loose>(path);

export async function jsonOf(response: Response | Promise<Response>): Promise<Loose> {
  return (await response).json();
}

/** A function's result that must be a text. */
export async function textOf(backend: Backend, path: string, args?: JsonObject): Promise<string> {
  const value = await backend.runFunction(path, args);
  if (typeof value === "string") return value;
  throw new Error(`${path} gave ${JSON.stringify(value)}, not a text`);
}

export function httpClient(backend: Backend): ConvexHttpClient {
  return new ConvexHttpClient(backend.url, { logger: false });
}

/** Logs of a client, in the order they came. */
export interface ClientLog {
  readonly lines: string[];
}

export function liveClient(backend: { url: string }, log: ClientLog = { lines: [] }): ConvexClient {
  const write = (...parts: unknown[]) => void log.lines.push(parts.map(String).join(" "));
  const client = new ConvexClient(backend.url, {
    webSocketConstructor: WebSocket as never,
    unsavedChangesWarning: false,
    logger: { log: write, warn: write, error: write, logVerbose: () => undefined },
  });
  onTestFinished(() => client.close());
  return client;
}

/** Resolves with the first value of a live query that `accept` takes; rejects when the query fails. */
export function waitForQuery<T>(
  client: ConvexClient,
  live: FunctionReference<"query">,
  args: Record<string, unknown>,
  accept: (value: T) => boolean,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isDone = false;
    const unsubscribe = client.onUpdate(
      live,
      args,
      (value: T) => {
        if (isDone || !accept(value)) return;
        isDone = true;
        queueMicrotask(() => unsubscribe());
        resolve(value);
      },
      (error) => reject(error),
    );
  });
}

let keys: Promise<{
  jwks: string;
  sign: (subject: string, seconds?: number) => Promise<string>;
}> | null = null;

/** Keys of the fixtures' own sign-in provider, and tokens signed with them. */
export function testKeys() {
  keys ??= (async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: "test", alg: "ES256", use: "sig" };
    const text = JSON.stringify({ keys: [jwk] });
    return {
      jwks: `data:application/json;base64,${Buffer.from(text).toString("base64")}`,
      sign: (subject: string, seconds = 3600) =>
        new SignJWT({})
          .setProtectedHeader({ alg: "ES256", kid: "test", typ: "JWT" })
          .setIssuer("https://tests.example")
          .setAudience("chat")
          .setSubject(subject)
          .setIssuedAt()
          .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
          .sign(privateKey),
    };
  })();
  return keys;
}
