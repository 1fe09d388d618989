// `crypto`: seeded random values, and `crypto.subtle` answered at once by the host, because a query or mutation cannot wait.
/* eslint-disable @typescript-eslint/require-await -- failures are rejections, as the interface has it */
import { define } from "./clock-and-chance.ts";
import { DOMException } from "./events.ts";
import { forbidden } from "./forbidden.ts";
import { copyBytes, toBytes } from "./text-encoding.ts";
import type { HostKey, HostKeyDescription, RealmHost } from "./realm-host.ts";

type Algorithm = Record<string, unknown> & { name: string };

const hostKeys = new WeakMap<CryptoKey, HostKey>();
let mayConstruct = false;

class CryptoKey {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: Algorithm;
  readonly usages: string[];
  constructor(type?: string, extractable?: boolean, algorithm?: Algorithm, usages?: string[]) {
    if (!mayConstruct || type === undefined || algorithm === undefined) {
      throw new TypeError("Illegal constructor");
    }
    this.type = type;
    this.extractable = extractable === true;
    this.algorithm = algorithm;
    this.usages = usages ?? [];
  }
  get [Symbol.toStringTag](): string {
    return "CryptoKey";
  }
}

function normalize(algorithm: unknown): Algorithm {
  if (typeof algorithm === "string") return { name: upper(algorithm) };
  if (typeof algorithm === "object" && algorithm !== null && "name" in algorithm) {
    const copy: Algorithm = { ...algorithm, name: upper(String(algorithm.name)) };
    if (typeof copy["hash"] === "string") copy["hash"] = { name: upper(copy["hash"]) };
    return copy;
  }
  throw new TypeError("Algorithm: expected a name or an object with a name");
}

const canonicalNames = [
  "RSASSA-PKCS1-v1_5",
  "RSA-PSS",
  "RSA-OAEP",
  "ECDSA",
  "ECDH",
  "Ed25519",
  "X25519",
  "HMAC",
  "AES-GCM",
  "AES-CBC",
  "AES-CTR",
  "AES-KW",
  "PBKDF2",
  "HKDF",
  "SHA-1",
  "SHA-256",
  "SHA-384",
  "SHA-512",
];
function upper(name: string): string {
  return canonicalNames.find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;
}

/** What the host needs to know of an algorithm: its own parameters and those of the key, bytes left out. */
function describe(algorithm: Algorithm, key?: CryptoKey): string {
  const plain: Record<string, unknown> = { ...key?.algorithm };
  for (const [name, value] of Object.entries(algorithm)) {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value) || value instanceof CryptoKey)
      continue;
    plain[name] = value;
  }
  return JSON.stringify(plain);
}

/** What a key's `algorithm` says of the key itself; libraries refuse RSA keys whose size they cannot see. */
function keyFacts(
  algorithm: Algorithm,
  { bits, publicExponent, type }: HostKeyDescription,
): Record<string, unknown> {
  if (bits === undefined) return {};
  // Material for deriving has no length of its own.
  if (type === "secret") return /^(AES|HMAC)/.test(algorithm.name) ? { length: bits } : {};
  const pairs = publicExponent?.match(/../g) ?? [];
  return {
    modulusLength: bits,
    publicExponent: new Uint8Array(pairs.map((pair) => Number.parseInt(pair, 16))),
  };
}

function bytesOf(value: unknown): Uint8Array {
  return value === undefined ? new Uint8Array(0) : toBytes(value);
}

export function installWebCrypto(host: RealmHost): void {
  const failed = (): DOMException => new DOMException(host.errorMessage(), "OperationError");
  const answer = (bytes: Uint8Array | null): ArrayBuffer => {
    if (bytes === null) throw failed();
    return copyBytes(bytes).buffer;
  };
  const keyOf = (key: unknown, usage: string): { own: CryptoKey; host: HostKey } => {
    if (!(key instanceof CryptoKey)) throw new TypeError("Expected a CryptoKey");
    if (usage !== "" && !key.usages.includes(usage)) {
      throw new DOMException(`The key may not be used to ${usage}`, "InvalidAccessError");
    }
    const own = hostKeys.get(key);
    if (own === undefined) throw new TypeError("Expected a CryptoKey");
    return { own: key, host: own };
  };

  function importRaw(
    format: string,
    data: unknown,
    algorithmInput: unknown,
    extractable: boolean,
    usages: string[],
  ): CryptoKey {
    const algorithm = normalize(algorithmInput);
    const input = format === "jwk" ? JSON.stringify(data) : copyBytes(toBytes(data));
    const imported = host.importKey(format, input, describe(algorithm));
    if (imported === null) throw new DOMException(host.errorMessage(), "DataError");
    mayConstruct = true;
    const full = { ...algorithm, ...keyFacts(algorithm, imported) };
    const key = new CryptoKey(imported.type, extractable, full, [...usages]);
    mayConstruct = false;
    hostKeys.set(key, imported.key);
    return key;
  }
  function exportRaw(format: string, key: CryptoKey): Uint8Array | string {
    const found = keyOf(key, "");
    if (!key.extractable)
      throw new DOMException("The key is not extractable", "InvalidAccessError");
    const exported = host.exportKey(format, found.host, describe(found.own.algorithm));
    if (exported === null) throw failed();
    return exported;
  }
  function crypt(
    direction: "encrypt" | "decrypt",
    input: unknown,
    key: unknown,
    data: unknown,
    usage: string,
  ): ArrayBuffer {
    const algorithm = normalize(input);
    const found = keyOf(key, usage);
    return answer(
      host.crypt(
        direction,
        describe(algorithm, found.own),
        found.host,
        toBytes(data),
        bytesOf(algorithm["iv"] ?? algorithm["counter"] ?? algorithm["label"]),
        bytesOf(algorithm["additionalData"]),
      ),
    );
  }
  function derive(input: unknown, key: unknown, bits: number, usage: string): ArrayBuffer {
    const algorithm = normalize(input);
    const found = keyOf(key, usage);
    const other = algorithm["public"];
    return answer(
      host.deriveBits(
        describe(algorithm, found.own),
        found.host,
        bytesOf(algorithm["salt"]),
        bytesOf(algorithm["info"]),
        other === undefined ? null : keyOf(other, "").host,
        bits,
      ),
    );
  }
  function lengthOf(algorithm: Algorithm): number {
    if (typeof algorithm["length"] === "number") return algorithm["length"];
    const hash = normalize(algorithm["hash"] ?? "SHA-256").name;
    return hash === "SHA-384" || hash === "SHA-512" ? 1024 : 512;
  }

  const subtle = {
    async digest(algorithm: unknown, data: unknown) {
      return answer(host.digest(normalize(algorithm).name, toBytes(data)));
    },
    async importKey(
      format: string,
      data: unknown,
      algorithm: unknown,
      extractable: boolean,
      usages: string[],
    ) {
      return importRaw(format, data, algorithm, extractable, usages);
    },
    async exportKey(format: string, key: CryptoKey) {
      const exported = exportRaw(format, key);
      return typeof exported === "string"
        ? { ...(JSON.parse(exported) as object), key_ops: key.usages, ext: key.extractable }
        : copyBytes(exported).buffer;
    },
    async sign(algorithm: unknown, key: unknown, data: unknown) {
      const found = keyOf(key, "sign");
      return answer(
        host.sign(describe(normalize(algorithm), found.own), found.host, toBytes(data)),
      );
    },
    async verify(algorithm: unknown, key: unknown, signature: unknown, data: unknown) {
      const found = keyOf(key, "verify");
      const description = describe(normalize(algorithm), found.own);
      const verdict = host.verify(description, found.host, toBytes(signature), toBytes(data));
      if (verdict === null) throw failed();
      return verdict;
    },
    async encrypt(algorithm: unknown, key: unknown, data: unknown) {
      return crypt("encrypt", algorithm, key, data, "encrypt");
    },
    async decrypt(algorithm: unknown, key: unknown, data: unknown) {
      return crypt("decrypt", algorithm, key, data, "decrypt");
    },
    async deriveBits(algorithm: unknown, key: unknown, bits: number) {
      return derive(algorithm, key, bits, "deriveBits");
    },
    async deriveKey(
      algorithm: unknown,
      key: unknown,
      derived: unknown,
      extractable: boolean,
      usages: string[],
    ) {
      const target = normalize(derived);
      const bits = derive(algorithm, key, lengthOf(target), "deriveKey");
      return importRaw("raw", bits, target, extractable, usages);
    },
    async wrapKey(format: string, key: CryptoKey, wrappingKey: unknown, algorithm: unknown) {
      const exported = exportRaw(format, key);
      const data = typeof exported === "string" ? host.encodeText(exported) : exported;
      return crypt("encrypt", algorithm, wrappingKey, data, "wrapKey");
    },
    async unwrapKey(
      format: string,
      wrapped: unknown,
      unwrappingKey: unknown,
      algorithm: unknown,
      keyAlgorithm: unknown,
      extractable: boolean,
      usages: string[],
    ) {
      const data = crypt("decrypt", algorithm, unwrappingKey, wrapped, "unwrapKey");
      const content: unknown =
        format === "jwk"
          ? JSON.parse(host.decodeText(new Uint8Array(data), "utf-8", false, false) ?? "null")
          : data;
      return importRaw(format, content, keyAlgorithm, extractable, usages);
    },
    async generateKey(): Promise<never> {
      throw forbidden("cryptographic randomness");
    },
  };

  define("CryptoKey", CryptoKey);
  define("crypto", {
    subtle,
    getRandomValues<T extends ArrayBufferView>(target: T): T {
      if (target.byteLength > 65_536) {
        throw new DOMException("The requested length exceeds 65,536 bytes", "QuotaExceededError");
      }
      host.fillRandom(toBytes(target));
      return target;
    },
    randomUUID(): string {
      const bytes = new Uint8Array(16);
      host.fillRandom(bytes);
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
      return [0, 8, 12, 16, 20]
        .map((start, i, starts) => hex.slice(start, starts[i + 1] ?? 32))
        .join("-");
    },
  });
}
