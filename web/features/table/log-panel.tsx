// Dice and the evening's log: roll on top, what fell and what happened below.
import { useState } from "react";
import type { Id } from "../../../convex/_generated/dataModel";
import { Tabs } from "../../components/ui/tabs";
import { EventLog } from "../dice/event-log";
import { RollLog } from "../dice/roll-log";
import { Roller, type RollerProps } from "../dice/roller";
import type { TableRollRequest } from "../dice/use-table-roll";

export type LogPanelProps = {
  sessionId: Id<"sessions">;
  hiding?: RollerProps["hiding"];
  isRolling: boolean;
  onRoll: (request: TableRollRequest) => void;
};

export function LogPanel({ sessionId, hiding, isRolling, onRoll }: LogPanelProps) {
  const [tab, setTab] = useState("dice");
  return (
    <section className="chapter grid gap-3" aria-labelledby="log">
      <div className="chapter-head">
        <h2 id="log">Dice and log</h2>
      </div>
      <Roller hiding={hiding} isPending={isRolling} onRoll={onRoll} />
      <Tabs
        label="Logs"
        value={tab}
        onChange={setTab}
        tabs={[
          { id: "dice", label: "Dice", content: <RollLog sessionId={sessionId} /> },
          { id: "events", label: "The evening", content: <EventLog sessionId={sessionId} /> },
        ]}
      />
    </section>
  );
}
