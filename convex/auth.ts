// Sets up the sign-in library. It passes a new account's profile on untyped, hence the cast back to what we gave it.
import { convexAuth } from "@convex-dev/auth/server";
import { createUser, type NewAccount } from "./lib/accounts";
import { gmPassword, tablePlayer } from "./lib/signInProviders";

export const { auth, signIn, signOut, store, isAuthenticated } = convexAuth({
  providers: [gmPassword(), tablePlayer()],
  callbacks: {
    // Only reached through `createAccount` in lib/signInProviders.ts, which passes a NewAccount as profile.
    createOrUpdateUser: async (ctx, { profile }) => await createUser(ctx, profile as NewAccount),
  },
});
