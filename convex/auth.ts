// Sets up the sign-in library with our two ways in. What it exports is its own API, called by its client.
import { convexAuth } from "@convex-dev/auth/server";
import { createUser, readNewAccount } from "./lib/accounts";
import { gmPassword, tablePlayer } from "./lib/signInProviders";

export const { auth, signIn, signOut, store, isAuthenticated } = convexAuth({
  providers: [gmPassword(), tablePlayer()],
  callbacks: {
    createOrUpdateUser: async (ctx, { profile }) => await createUser(ctx, readNewAccount(profile)),
  },
});
