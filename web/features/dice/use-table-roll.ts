// Rolls on the server for everybody at the table to see; the result is read out and shows in the log.
import { useMutation } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useCallback, useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCommand } from "../../backend/use-command";

export type TableRollRequest = { expression: string; label?: string; isPrivate?: boolean };

/** The last result of this device, for saying it out loud. */
export type LastRoll = FunctionReturnType<typeof api.rolls.roll> & { label: string | null };

export function useTableRoll(sessionId: Id<"sessions">) {
  const command = useCommand(useMutation(api.rolls.roll));
  const [last, setLast] = useState<LastRoll | null>(null);
  const { run, isPending } = command;
  const roll = useCallback(
    (request: TableRollRequest) => {
      void run({ sessionId, ...request }).then((result) => {
        if (result !== undefined) setLast({ ...result, label: request.label ?? null });
      });
    },
    [run, sessionId],
  );
  return { roll, last, isPending };
}

/** For instance "attack: 17" or "1d20: 20, natural 20". */
export function lastRollWords(last: LastRoll | null): string {
  if (last === null) return "";
  const natural =
    last.natural === 20 || last.natural === 1 ? `, natural ${String(last.natural)}` : "";
  return `${last.label ?? last.expression}: ${String(last.total)}${natural}`;
}
