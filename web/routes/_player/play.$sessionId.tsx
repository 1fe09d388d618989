// The player's seat at one table.
import { createFileRoute } from "@tanstack/react-router";
import { asId } from "../../backend/ids";
import { PlayerTable } from "../../features/table/player-table";

export const Route = createFileRoute("/_player/play/$sessionId")({ component: Play });

function Play() {
  const { sessionId } = Route.useParams();
  return <PlayerTable key={sessionId} sessionId={asId<"sessions">(sessionId)} />;
}
