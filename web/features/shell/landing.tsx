// What a stranger sees first: the name, what it does, the two ways in.
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../components/ui/button";
import type { TableLight } from "../light/light-words";
import { TorchRing } from "../light/torch-ring";
import { Attribution } from "./attribution";
import { Wordmark } from "./wordmark";
import { usePageTitle } from "./use-page-title";

/** A torch that has burnt for a while and stands still: the picture on the cover. */
const coverTorch: TableLight = {
  _id: "cover",
  name: "Torch",
  bearerName: null,
  state: { kind: "burning", expiresAt: 43 * 60_000 },
  durationMs: 60 * 60_000,
};

export function Landing() {
  usePageTitle("");
  return (
    <>
      <main
        id="content"
        className="mx-auto grid min-h-[88dvh] w-full max-w-6xl content-center items-center gap-x-12 gap-y-8 px-4 py-10 lg:grid-cols-[1.3fr_1fr]"
      >
        <div className="grid gap-6">
          <h1>
            <Wordmark isHero />
          </h1>
          <p className="max-w-[34ch] font-display text-title leading-snug">
            The bestiary, the fight, the dice, and a torch that burns in real time, on every screen
            at your table.
          </p>
          <div className="flex flex-wrap gap-3">
            <Link to="/join" className={buttonClass("primary", "min-h-14 px-6")}>
              Join a table
            </Link>
            <Link
              to="/sign-in"
              search={{ flow: "signUp" }}
              className={buttonClass("plain", "min-h-14 px-6")}
            >
              Run a table
            </Link>
          </div>
          <p className="text-dim">
            Have an account?{" "}
            <Link to="/sign-in" search={{ flow: "signIn" }} className="inline-block py-2 text-ink">
              Sign in
            </Link>
          </p>
        </div>
        <div className="order-first justify-self-center pt-6 lg:order-none lg:pt-0" aria-hidden>
          <TorchRing lights={[coverTorch]} now={0} size="great" />
        </div>
      </main>
      <Attribution />
    </>
  );
}
