// A player's tables on this device: back to a seat in one tap.
import { Link } from "@tanstack/react-router";
import { api } from "../../../convex/_generated/api";
import { useLive } from "../../backend/use-live";
import { buttonClass } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/notice";
import { LiveView } from "../shell/live-view";
import { HomeLink } from "../shell/wordmark";
import { usePageTitle } from "../shell/use-page-title";

export function SeatsPage() {
  usePageTitle("Your tables");
  const seats = useLive(api.sessions.mySeats, {});
  const joinLink = (
    <Link to="/join" className={buttonClass("primary")}>
      Join with a code
    </Link>
  );
  return (
    <>
      <header className="border-b border-line px-4">
        <HomeLink />
      </header>
      <main id="content" className="page grid max-w-xl gap-6">
        <h1 className="text-head">Your tables</h1>
        <LiveView live={seats} loading="Your tables are loading" onward={joinLink}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState action={joinLink}>
                You sit at no table. The GM shows a code; type it to join.
              </EmptyState>
            ) : (
              <>
                <ul className="border-t-3 border-ink">
                  {list.map((seat) => (
                    <li key={seat.sessionId} className="border-b border-line">
                      <Link
                        to="/play/$sessionId"
                        params={{ sessionId: seat.sessionId }}
                        className="block min-h-14 px-1 py-3 no-underline hover:bg-raised"
                      >
                        <span className="block font-display text-title font-black leading-tight">
                          {seat.sessionName}
                        </span>
                        <span className="text-dim">
                          {seat.campaignName} ·{" "}
                          {seat.characterName === null
                            ? "no character yet"
                            : `as ${seat.characterName}`}
                        </span>
                      </Link>
                    </li>
                  ))}
                </ul>
                <div>{joinLink}</div>
              </>
            )
          }
        </LiveView>
      </main>
    </>
  );
}
