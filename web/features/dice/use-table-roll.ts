// Rolls on the server for everybody at the table to see; the result is read out and shows in the log.
import { useMutation } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useCallback, useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCommand } from "../../backend/use-command";

export type TableRollRequest = { expression: string; label?: string };

/** The last result of this device, for saying it out loud. */
export type LastRoll = FunctionReturnType<typeof api.rolls.roll> & { label: string | null };

export function useTableRoll(sessionId: Id<"sessions">) {
  const command = useCommand(useMutation(api.rolls.roll));
  const [last, setLast] = useState<LastRoll | null>(null);
  const [isHidden, setIsHidden] = useState(false);
  const { run, isPending } = command;
  const roll = useCallback(
    (request: TableRollRequest) => {
      void run({ sessionId, ...request, ...(isHidden ? { isPrivate: true } : {}) }).then(
        (result) => {
          if (result !== undefined) setLast({ ...result, label: request.label ?? null });
        },
      );
    },
    [run, sessionId, isHidden],
  );
  /** Every roll of this device goes unseen by the players while it is on. */
  const hiding = { isHidden, onChange: setIsHidden };
  return { roll, last, isPending, hiding };
}

/** For instance "attack: 17" or "1d20: 20, natural 20". */
export function lastRollWords(last: LastRoll | null): string {
  if (last === null) return "";
  const natural =
    last.natural === 20 || last.natural === 1 ? `, natural ${String(last.natural)}` : "";
  return `${last.label ?? last.expression}: ${String(last.total)}${natural}`;
}
