// The party strip with its data, and the sheet that a tap on it opens.
import { useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asId } from "../../backend/ids";
import { useLive } from "../../backend/use-live";
import { Dialog } from "../../components/ui/dialog";
import { SheetPanel } from "../characters/sheet-panel";
import type { TableRollRequest } from "../dice/use-table-roll";
import { LiveView } from "../shell/live-view";
import { PartyStrip } from "./party-strip";

export type PartyPanelProps = {
  sessionId: Id<"sessions">;
  onRoll: (request: TableRollRequest) => void;
};

export function PartyPanel({ sessionId, onRoll }: PartyPanelProps) {
  const party = useLive(api.characters.listForSession, { sessionId });
  const [openId, setOpenId] = useState<Id<"characters"> | null>(null);
  return (
    <>
      <LiveView live={party} loading="The party is loading" lines={2}>
        {(members) =>
          members.length === 0 ? (
            <p className="border-y border-line px-1 py-3 text-dim">
              No character sits at the table yet.
            </p>
          ) : (
            <PartyStrip
              members={members}
              onOpen={(characterId) => setOpenId(asId<"characters">(characterId))}
            />
          )
        }
      </LiveView>
      <Dialog title="Sheet" isOpen={openId !== null} onClose={() => setOpenId(null)}>
        {openId !== null && (
          <SheetPanel sessionId={sessionId} characterId={openId} onRoll={onRoll} />
        )}
      </Dialog>
    </>
  );
}
