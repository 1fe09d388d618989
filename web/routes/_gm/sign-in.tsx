// Sign in or up; `next` is where to go on to.
import { createFileRoute } from "@tanstack/react-router";
import { SignInPage, type Flow } from "../../features/account/sign-in-page";
import { Attribution } from "../../features/shell/attribution";
import { HomeLink } from "../../features/shell/wordmark";

type Search = { flow?: Flow; next?: string };

export const Route = createFileRoute("/_gm/sign-in")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    ...(search["flow"] === "signUp" ? { flow: "signUp" } : {}),
    // Only a path of our own: an address elsewhere would make the sign-in page a springboard.
    ...(typeof search["next"] === "string" && /^\/(?![/\\])/.test(search["next"])
      ? { next: search["next"] }
      : {}),
  }),
  component: SignIn,
});

function SignIn() {
  const { flow = "signIn", next } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <>
      <header className="border-b border-line px-4">
        <HomeLink />
      </header>
      <SignInPage
        flow={flow}
        next={next}
        onFlow={(chosen) =>
          void navigate({ search: (before) => ({ ...before, flow: chosen }), replace: true })
        }
      />
      <Attribution />
    </>
  );
}
