// The evening in prose, newest first, a page at a time.
import { usePaginatedQuery } from "convex/react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Button } from "../../components/ui/button";
import { PulseLines } from "../../components/ui/pulse";
import { clockTime } from "./clock-time";

const PAGE = 40;

export function EventLog({ sessionId }: { sessionId: Id<"sessions"> }) {
  const { results, status, loadMore } = usePaginatedQuery(
    api.events.recent,
    { sessionId },
    { initialNumItems: PAGE },
  );
  if (status === "LoadingFirstPage") return <PulseLines label="The log is loading" lines={5} />;
  if (results.length === 0) return <p className="py-2 text-dim">Nothing has happened yet.</p>;
  return (
    <div className="grid gap-2">
      <ol aria-label="The evening, newest first">
        {results.map((event) => (
          <li
            key={event._id}
            className="grid grid-cols-[3.25rem_minmax(0,1fr)] gap-2 border-b border-line py-1.5"
          >
            <time
              dateTime={new Date(event.at).toISOString()}
              className="text-small leading-6 text-dim"
            >
              {clockTime(event.at)}
            </time>
            <p>
              {event.text}
              {event.isGmOnly && <span className="chip ms-2">only you</span>}
            </p>
          </li>
        ))}
      </ol>
      {status !== "Exhausted" && (
        <Button isPending={status === "LoadingMore"} onClick={() => loadMore(PAGE)}>
          Earlier
        </Button>
      )}
    </div>
  );
}
