// The GM's table.
import { createFileRoute } from "@tanstack/react-router";
import { asId } from "../../../backend/ids";
import { GmTable } from "../../../features/table/gm-table";

export const Route = createFileRoute("/_gm/_in/sessions/$sessionId")({ component: Session });

function Session() {
  const { sessionId } = Route.useParams();
  return <GmTable key={sessionId} sessionId={asId<"sessions">(sessionId)} />;
}
