// What the host hands into a realm of queries and mutations. Only strings, numbers, functions and bytes cross, so that no object
// of the host's realm reaches user code.

/** Names of the operations of `crypto.subtle` that the host answers. */
export type CryptoOperation =
  | "digest"
  | "importKey"
  | "exportKey"
  | "sign"
  | "verify"
  | "encrypt"
  | "decrypt"
  | "deriveBits"
  | "wrapKey";

/** A key as the host holds it; the realm only passes it back. */
export type HostKey = object;

export interface HostKeyDescription {
  key: HostKey;
  type: "secret" | "private" | "public";
  /** Bits: the modulus of an RSA key, a secret key's length; absent for curves. */
  bits?: number;
  /** Of an RSA key, big-endian bytes as hexadecimal digits. */
  publicExponent?: string;
}

/** How a call ended, as the realm saw it. */
export interface GuestFailure {
  /** `error` is anything with a stack, `value` a thrown non-error. */
  name: string;
  message: string;
  stack: string;
  /** Encoded ConvexError data, `null` for other errors. */
  data: string | null;
  isError: boolean;
}

/** What a loaded module is looked at as. */
export type AnalyzeKind = "functions" | "definition" | "schema" | "authConfig";

export interface RealmHost {
  /** `null` means it failed: see `errorMessage` and `errorData`. */
  syscall(operation: string, argsText: string): string | null;
  asyncSyscall(operation: string, argsText: string): string | null;
  errorMessage(): string;
  errorData(): string | null;

  wantsCallSites(): boolean;
  callSite(stack: string): void;

  /** The module as a function of this realm, or `null` if there is none. */
  compile(
    path: string,
  ): ((exports: object, require: (name: string) => unknown, module: object) => void) | null;
  /** Module evaluation begins and ends; in between the clock and the randomness are those of the deployment. */
  importing(isImporting: boolean): void;
  isImporting(): boolean;

  now(): number;
  performanceNow(): number;
  fillRandom(target: Uint8Array): void;
  log(level: string, text: string): void;
  environment(name: string): string | null;
  /** JSON array. */
  environmentNames(): string;

  /** JSON of the parts of a URL, `null` if it is none. `base` may be empty. */
  parseUrl(text: string, base: string): string | null;
  /** The same after an assignment to one part. */
  changeUrl(href: string, part: string, value: string): string;
  decodeText(
    bytes: Uint8Array,
    encoding: string,
    fatal: boolean,
    ignoreBom: boolean,
  ): string | null;
  encodeText(text: string): Uint8Array;
  /** Host classes that only have to exist for modules to load: streams. */
  hostClass(name: string): unknown;

  digest(algorithm: string, data: Uint8Array): Uint8Array | null;
  importKey(
    format: string,
    data: Uint8Array | string,
    algorithm: string,
  ): HostKeyDescription | null;
  exportKey(format: string, key: HostKey, algorithm: string): Uint8Array | string | null;
  sign(algorithm: string, key: HostKey, data: Uint8Array): Uint8Array | null;
  verify(algorithm: string, key: HostKey, signature: Uint8Array, data: Uint8Array): boolean | null;
  crypt(
    direction: "encrypt" | "decrypt",
    algorithm: string,
    key: HostKey,
    data: Uint8Array,
    iv: Uint8Array,
    additionalData: Uint8Array,
  ): Uint8Array | null;
  deriveBits(
    algorithm: string,
    key: HostKey,
    salt: Uint8Array,
    info: Uint8Array,
    publicKey: HostKey | null,
    bits: number,
  ): Uint8Array | null;

  createStorage(): {
    run(store: unknown, callback: () => unknown): unknown;
    getStore(): unknown;
    enterWith(store: unknown): void;
  };

  analyzedModule(): string;
  analyzedKind(): AnalyzeKind;

  /** The call to run next: one field at a time. */
  callField(field: "kind" | "module" | "export" | "args" | "id"): string;
  nextCall(): boolean;
  finish(id: string, value: string): void;
  fail(id: string, failure: string): void;
}
