// The head of the GM's pages: home, bestiary, settings.
import { Link } from "@tanstack/react-router";
import { HomeLink } from "./wordmark";

const linkClass =
  "inline-flex min-h-11 items-center px-2 no-underline hover:underline aria-[current=page]:underline aria-[current=page]:decoration-2";

export function GmHeader() {
  return (
    <header className="flex flex-wrap items-center justify-between gap-x-6 border-b border-line px-4">
      <HomeLink />
      <nav aria-label="Main" className="-mx-2 flex flex-wrap">
        <Link to="/" activeOptions={{ exact: true }} className={linkClass}>
          Campaigns
        </Link>
        <Link to="/bestiary" className={linkClass}>
          Bestiary
        </Link>
        <Link to="/settings" className={linkClass}>
          Settings
        </Link>
      </nav>
    </header>
  );
}
