// The two ways in: GMs with e-mail and password, players with a table's join code. All that a client sends is
// checked here, in the action; the library's mutation only stores and compares what was derived. The library types
// a new account's profile as a `users` row, which lib/accounts.ts makes from ours: hence the casts of `profile`.
import { ConvexCredentials } from "@convex-dev/auth/providers/ConvexCredentials";
import {
  createAccount,
  retrieveAccount,
  type ConvexCredentialsConfig,
} from "@convex-dev/auth/server";
import type { GenericActionCtx } from "convex/server";
import { internal } from "../_generated/api";
import type { DataModel, Id } from "../_generated/dataModel";
import { emailTaken, type NewAccount } from "./accounts";
import { refuse } from "./errors";
import { decoyRecipe, deriveSecret, equalInConstantTime, newRecipe, recipeOf } from "./passwords";
import { requireName } from "./typedText";

type Params = Partial<Record<string, unknown>>;
type SignedIn = { userId: Id<"users"> };

const MIN_PASSWORD_LENGTH = 8;
const MAX_PASSWORD_LENGTH = 256;
const MAX_EMAIL_LENGTH = 254;
/** Something, an at sign, something with a dot: enough to catch slips; only a letter proves an address. */
const EMAIL_PATTERN = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

/** Most characters of the name a player gives when joining. */
const MAX_PLAYER_NAME_LENGTH = 40;

/** `signIn("password", { flow: "signUp" | "signIn", email, password, name? })`. */
export function gmPassword(): ConvexCredentialsConfig {
  return ConvexCredentials<DataModel>({
    id: "password",
    authorize: async (params, ctx) => await authorizeGm(params, ctx),
    // The key was derived in the action, so storing it takes no work and comparing it takes none either.
    crypto: {
      hashSecret: (secret) => Promise.resolve(secret),
      verifySecret: (secret, stored) => Promise.resolve(equalInConstantTime(secret, stored)),
    },
  });
}

/** `signIn("table", { code, name })`. */
export function tablePlayer(): ConvexCredentialsConfig {
  return ConvexCredentials<DataModel>({
    id: "table",
    authorize: async (params, ctx) => await authorizePlayer(params, ctx),
  });
}

async function authorizeGm(params: Params, ctx: GenericActionCtx<DataModel>): Promise<SignedIn> {
  const email = requireEmail(params["email"]);
  const password = textParam(params, "password");
  switch (params["flow"]) {
    case "signUp":
      return await signUp(ctx, email, password, params["name"]);
    case "signIn":
      return await signInWithPassword(ctx, email, password);
    default:
      throw refuse("invalid", '`flow` must be "signUp" or "signIn".');
  }
}

async function signUp(
  ctx: GenericActionCtx<DataModel>,
  email: string,
  password: string,
  typedName: unknown,
): Promise<SignedIn> {
  if (password.length < MIN_PASSWORD_LENGTH) {
    throw refuse("invalid", `The password needs at least ${MIN_PASSWORD_LENGTH} characters.`);
  }
  if (password.length > MAX_PASSWORD_LENGTH) {
    throw refuse("invalid", `The password can have at most ${MAX_PASSWORD_LENGTH} characters.`);
  }
  const given = typeof typedName === "string" ? typedName.trim() : "";
  const name = requireName("Name", given === "" ? email.slice(0, email.indexOf("@")) : given);
  if (await hasAccount(ctx, email)) throw emailTaken(email);
  const secret = await deriveSecret(password, newRecipe());
  const profile: NewAccount = { kind: "gm", name, email };
  try {
    const { user } = await createAccount(ctx, {
      provider: "password",
      account: { id: email, secret },
      profile: profile as never,
    });
    return { userId: user._id };
  } catch (error) {
    // Two sign-ups at once: the library refuses the second with an error that is not for people.
    if (await hasAccount(ctx, email)) throw emailTaken(email);
    throw error;
  }
}

async function signInWithPassword(
  ctx: GenericActionCtx<DataModel>,
  email: string,
  password: string,
): Promise<SignedIn> {
  const stored = await ctx.runQuery(internal.signIns.storedSecret, { email });
  const recipe = (stored === null ? null : recipeOf(stored)) ?? (await decoyRecipe(email));
  const secret = await deriveSecret(password.slice(0, MAX_PASSWORD_LENGTH), recipe);
  try {
    const { user } = await retrieveAccount(ctx, {
      provider: "password",
      account: { id: email, secret },
    });
    return { userId: user._id };
  } catch (error) {
    throw signInRefusal(error);
  }
}

/** The library tells these three apart by the message alone. The first two must look the same to a stranger. */
function signInRefusal(error: unknown): unknown {
  switch (error instanceof Error ? error.message : "") {
    case "InvalidAccountId":
    case "InvalidSecret":
      return refuse("invalid", "E-mail or password is wrong.");
    case "TooManyFailedAttempts":
      return refuse("tooMany", "Too many wrong passwords. Wait ten minutes, then try again.");
    default:
      return error;
  }
}

async function authorizePlayer(
  params: Params,
  ctx: GenericActionCtx<DataModel>,
): Promise<SignedIn> {
  const joinCode = textParam(params, "code");
  const name = requireName("Your name", textParam(params, "name"), MAX_PLAYER_NAME_LENGTH);
  const outcome = await ctx.runMutation(internal.signIns.checkJoinCode, { code: joinCode });
  if (outcome !== null) throw refuse(outcome.kind, outcome.message);
  const profile: NewAccount = { kind: "player", name, joinCode };
  const { user } = await createAccount(ctx, {
    provider: "table",
    account: { id: crypto.randomUUID() },
    profile: profile as never,
  });
  return { userId: user._id };
}

async function hasAccount(ctx: GenericActionCtx<DataModel>, email: string): Promise<boolean> {
  return (await ctx.runQuery(internal.signIns.storedSecret, { email })) !== null;
}

function requireEmail(value: unknown): string {
  const email = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (!EMAIL_PATTERN.test(email) || email.length > MAX_EMAIL_LENGTH) {
    throw refuse("invalid", "That is not an e-mail address. It should look like name@example.org.");
  }
  return email;
}

function textParam(params: Params, name: string): string {
  const value = params[name];
  if (typeof value !== "string") throw refuse("invalid", `\`${name}\` is missing.`);
  return value;
}
