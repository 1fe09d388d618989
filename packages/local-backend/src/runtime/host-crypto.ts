// Answers a realm's `crypto.subtle` synchronously with node:crypto. Algorithms arrive as the JSON of their parameters.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  constants,
  diffieHellman,
  hkdfSync,
  KeyObject,
  pbkdf2Sync,
  privateDecrypt,
  publicEncrypt,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";
import type { HostKey, HostKeyDescription, RealmHost } from "./guest/realm-host.ts";

interface Algorithm {
  name: string;
  hash?: { name: string };
  saltLength?: number;
  namedCurve?: string;
  length?: number;
  tagLength?: number;
  iterations?: number;
}

type HostCrypto = Pick<
  RealmHost,
  "digest" | "importKey" | "exportKey" | "sign" | "verify" | "crypt" | "deriveBits"
>;

/**
 * @param guard - runs an operation; on failure it keeps the message for the realm and gives `null`
 */
export function hostCrypto(guard: <T>(work: () => T) => T | null): HostCrypto {
  return {
    digest: (algorithm, data) =>
      guard(() =>
        createHash(hashName({ name: algorithm }))
          .update(data)
          .digest(),
      ),
    importKey: (format, data, algorithm) =>
      guard(() => withFacts(importKey(format, data, parse(algorithm)))),
    exportKey: (format, key, algorithm) => guard(() => exportKey(format, key, parse(algorithm))),
    sign: (algorithm, key, data) => guard(() => signWith(parse(algorithm), asKey(key), data)),
    verify: (algorithm, key, signature, data) =>
      guard(() => verifyWith(parse(algorithm), asKey(key), signature, data)),
    crypt: (direction, algorithm, key, data, iv, additionalData) =>
      guard(() => crypt(direction, parse(algorithm), asKey(key), data, iv, additionalData)),
    deriveBits: (algorithm, key, salt, info, publicKey, bits) =>
      guard(() => deriveBits(parse(algorithm), asKey(key), salt, info, publicKey, bits)),
  };
}

function parse(text: string): Algorithm {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || !("name" in parsed)) {
    throw new Error("An algorithm needs a name");
  }
  const fields = new Map<string, unknown>(Object.entries(parsed));
  const number = (name: string): Record<string, number> => {
    const value = fields.get(name);
    return typeof value === "number" ? { [name]: value } : {};
  };
  const hash = fields.get("hash");
  const curve = fields.get("namedCurve");
  return {
    name: String(parsed.name),
    ...(typeof hash === "object" && hash !== null && "name" in hash
      ? { hash: { name: String(hash.name) } }
      : {}),
    ...(typeof curve === "string" ? { namedCurve: curve } : {}),
    ...number("saltLength"),
    ...number("length"),
    ...number("tagLength"),
    ...number("iterations"),
  };
}

function asKey(key: HostKey): KeyObject {
  if (key instanceof KeyObject) return key;
  throw new Error("Not a key of this realm");
}

function hashName(hash: { name: string } | undefined): string {
  const name = (hash?.name ?? "SHA-256").toUpperCase();
  const known: Record<string, string> = {
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
  };
  const found = known[name];
  if (found === undefined) throw new Error(`Unrecognized hash ${name}`);
  return found;
}

const okpCurves: Record<string, { oid: string }> = {
  Ed25519: { oid: "302a300506032b6570032100" },
  X25519: { oid: "302a300506032b656e032100" },
};

function importKey(
  format: string,
  data: Uint8Array | string,
  algorithm: Algorithm,
): HostKeyDescription {
  if (typeof data === "string") {
    const jwk: unknown = JSON.parse(data);
    if (typeof jwk !== "object" || jwk === null) throw new Error("A JWK must be an object");
    if ("kty" in jwk && jwk.kty === "oct" && "k" in jwk && typeof jwk.k === "string") {
      return { key: createSecretKey(Buffer.from(jwk.k, "base64url")), type: "secret" };
    }
    const key = { ...jwk };
    return "d" in jwk
      ? { key: createPrivateKey({ key, format: "jwk" }), type: "private" }
      : { key: createPublicKey({ key, format: "jwk" }), type: "public" };
  }
  const bytes = Buffer.from(data);
  if (format === "pkcs8") {
    return { key: createPrivateKey({ key: bytes, format: "der", type: "pkcs8" }), type: "private" };
  }
  if (format === "spki") {
    return { key: createPublicKey({ key: bytes, format: "der", type: "spki" }), type: "public" };
  }
  if (format !== "raw") throw new Error(`Unknown key format ${format}`);
  const okp = okpCurves[algorithm.name];
  if (okp !== undefined) {
    const spki = Buffer.concat([Buffer.from(okp.oid, "hex"), bytes]);
    return { key: createPublicKey({ key: spki, format: "der", type: "spki" }), type: "public" };
  }
  if (algorithm.name === "ECDSA" || algorithm.name === "ECDH") {
    const size = (bytes.length - 1) / 2;
    const key = {
      kty: "EC",
      crv: algorithm.namedCurve ?? "P-256",
      x: bytes.subarray(1, 1 + size).toString("base64url"),
      y: bytes.subarray(1 + size).toString("base64url"),
    };
    return { key: createPublicKey({ key, format: "jwk" }), type: "public" };
  }
  return { key: createSecretKey(bytes), type: "secret" };
}

/** Adds what a key's `algorithm` must show. Node's RSA details are absent for other kinds of key. */
function withFacts(imported: HostKeyDescription): HostKeyDescription {
  const key = asKey(imported.key);
  if (key.type === "secret") return { ...imported, bits: (key.symmetricKeySize ?? 0) * 8 };
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (modulusLength === undefined || publicExponent === undefined) return imported;
  const digits = publicExponent.toString(16);
  return {
    ...imported,
    bits: modulusLength,
    publicExponent: digits.length % 2 === 0 ? digits : `0${digits}`,
  };
}

function exportKey(format: string, key: HostKey, algorithm: Algorithm): Uint8Array | string {
  const own = asKey(key);
  if (format === "jwk") return JSON.stringify(own.export({ format: "jwk" }));
  if (format === "pkcs8") return own.export({ format: "der", type: "pkcs8" });
  if (format === "spki") return own.export({ format: "der", type: "spki" });
  if (own.type === "secret") return own.export();
  const jwk = own.export({ format: "jwk" });
  const part = (text: unknown): Buffer => Buffer.from(String(text), "base64url");
  if (algorithm.name in okpCurves) return part(jwk["x"]);
  return Buffer.concat([Buffer.from([4]), part(jwk["x"]), part(jwk["y"])]);
}

interface SignInput {
  key: KeyObject;
  padding?: number;
  saltLength?: number;
  dsaEncoding?: "ieee-p1363";
}

function signatureInput(
  algorithm: Algorithm,
  key: KeyObject,
): { hash: string | null; input: SignInput } {
  switch (algorithm.name) {
    case "RSASSA-PKCS1-v1_5":
      return {
        hash: hashName(algorithm.hash),
        input: { key, padding: constants.RSA_PKCS1_PADDING },
      };
    case "RSA-PSS":
      return {
        hash: hashName(algorithm.hash),
        input: {
          key,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: algorithm.saltLength ?? 32,
        },
      };
    case "ECDSA":
      return { hash: hashName(algorithm.hash), input: { key, dsaEncoding: "ieee-p1363" } };
    case "Ed25519":
      return { hash: null, input: { key } };
    default:
      throw new Error(`Unrecognized algorithm ${algorithm.name} for signatures`);
  }
}

function signWith(algorithm: Algorithm, key: KeyObject, data: Uint8Array): Uint8Array {
  if (algorithm.name === "HMAC") {
    return createHmac(hashName(algorithm.hash), key).update(data).digest();
  }
  const { hash, input } = signatureInput(algorithm, key);
  return sign(hash, data, input);
}

function verifyWith(
  algorithm: Algorithm,
  key: KeyObject,
  signature: Uint8Array,
  data: Uint8Array,
): boolean {
  if (algorithm.name === "HMAC") {
    const expected = createHmac(hashName(algorithm.hash), key).update(data).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  const { hash, input } = signatureInput(algorithm, key);
  return verify(hash, data, input, signature);
}

function crypt(
  direction: "encrypt" | "decrypt",
  algorithm: Algorithm,
  key: KeyObject,
  data: Uint8Array,
  iv: Uint8Array,
  additionalData: Uint8Array,
): Uint8Array {
  const size = (key.symmetricKeySize ?? 0) * 8;
  const isEncrypting = direction === "encrypt";
  switch (algorithm.name) {
    case "AES-GCM": {
      const tagLength = (algorithm.tagLength ?? 128) / 8;
      const cipherName = gcmName(size);
      if (isEncrypting) {
        const cipher = createCipheriv(cipherName, key, iv, { authTagLength: tagLength });
        cipher.setAAD(additionalData);
        return Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]);
      }
      const decipher = createDecipheriv(cipherName, key, iv, { authTagLength: tagLength });
      decipher.setAAD(additionalData);
      decipher.setAuthTag(data.subarray(data.length - tagLength));
      const body = data.subarray(0, data.length - tagLength);
      return Buffer.concat([decipher.update(body), decipher.final()]);
    }
    case "AES-CBC":
    case "AES-CTR": {
      const name = `aes-${size}-${algorithm.name.slice(4).toLowerCase()}`;
      const cipher = isEncrypting ? createCipheriv(name, key, iv) : createDecipheriv(name, key, iv);
      return Buffer.concat([cipher.update(data), cipher.final()]);
    }
    case "AES-KW": {
      const standardIv = Buffer.from("A6A6A6A6A6A6A6A6", "hex");
      const name = `id-aes${size}-wrap`;
      const cipher = isEncrypting
        ? createCipheriv(name, key, standardIv)
        : createDecipheriv(name, key, standardIv);
      return Buffer.concat([cipher.update(data), cipher.final()]);
    }
    case "RSA-OAEP": {
      const options = {
        key,
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: hashName(algorithm.hash),
        ...(iv.length > 0 ? { oaepLabel: iv } : {}),
      };
      return isEncrypting ? publicEncrypt(options, data) : privateDecrypt(options, data);
    }
    default:
      throw new Error(`Unrecognized algorithm ${algorithm.name} for ${direction}`);
  }
}

function gcmName(size: number): "aes-128-gcm" | "aes-192-gcm" | "aes-256-gcm" {
  if (size === 128) return "aes-128-gcm";
  if (size === 192) return "aes-192-gcm";
  if (size === 256) return "aes-256-gcm";
  throw new Error(`An AES key has 128, 192 or 256 bits, not ${size}`);
}

function deriveBits(
  algorithm: Algorithm,
  key: KeyObject,
  salt: Uint8Array,
  info: Uint8Array,
  publicKey: HostKey | null,
  bits: number,
): Uint8Array {
  const size = bits / 8;
  switch (algorithm.name) {
    case "PBKDF2":
      return pbkdf2Sync(
        key.export(),
        salt,
        algorithm.iterations ?? 1,
        size,
        hashName(algorithm.hash),
      );
    case "HKDF":
      return new Uint8Array(hkdfSync(hashName(algorithm.hash), key, salt, info, size));
    case "ECDH":
    case "X25519": {
      if (publicKey === null) throw new Error(`${algorithm.name} needs a public key`);
      const secret = diffieHellman({ privateKey: key, publicKey: asKey(publicKey) });
      return bits === 0 ? secret : secret.subarray(0, size);
    }
    default:
      throw new Error(`Unrecognized algorithm ${algorithm.name} for deriving bits`);
  }
}
