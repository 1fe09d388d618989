// The environment variables with which projects sign their own tokens, made when they are missing.
import { createSigningKeys } from "../auth/signing-keys.ts";
import type { EnvironmentVariables } from "./environment.ts";

/** Projects with Convex Auth sign their own tokens; without keys they could not start at all. */
export async function ensureSigningKeys(environment: EnvironmentVariables): Promise<void> {
  const { JWT_PRIVATE_KEY, JWKS } = environment.all();
  if (JWT_PRIVATE_KEY !== undefined || JWKS !== undefined) return;
  const keys = await createSigningKeys();
  await environment.change(Object.entries(keys).map(([name, value]) => ({ name, value })));
}
