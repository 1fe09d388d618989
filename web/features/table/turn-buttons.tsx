// The thumb zone of a running fight: next turn, and one step back.
import { useMutation } from "convex/react";
import { Undo2 } from "lucide-react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCommand } from "../../backend/use-command";
import { Button } from "../../components/ui/button";

export function TurnButtons({ encounterId }: { encounterId: Id<"encounters"> }) {
  const next = useCommand(useMutation(api.encounters.nextTurn));
  const previous = useCommand(useMutation(api.encounters.previousTurn));
  return (
    <div className="flex gap-2 py-2">
      <Button
        className="min-h-14"
        aria-label="Previous turn"
        isPending={previous.isPending}
        onClick={() => void previous.run({ encounterId })}
      >
        <Undo2 size={22} strokeWidth={1.5} aria-hidden />
      </Button>
      <Button
        tone="primary"
        className="button-thumb flex-1"
        isPending={next.isPending}
        onClick={() => void next.run({ encounterId })}
      >
        Next turn
      </Button>
    </div>
  );
}
