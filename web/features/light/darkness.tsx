// When the last light goes out: the whole page loses its ember, and a banner says why and how to end it.
import { useEffect } from "react";
import { Button } from "../../components/ui/button";

/** Turns the page dark while `isActive`; leaving the page gives the ember back. */
export function useDarkness(isActive: boolean): void {
  useEffect(() => {
    if (!isActive) return undefined;
    document.documentElement.dataset["darkness"] = "true";
    return () => {
      document.documentElement.dataset["darkness"] = "false";
    };
  }, [isActive]);
}

export function DarknessBanner({ onLight }: { onLight?: () => void }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-y-3 border-ink bg-ground px-4 py-3"
    >
      <p>
        <strong className="font-display text-title font-black">Darkness.</strong>{" "}
        <span className="text-dim">
          Most tasks at disadvantage; danger counts as deadly, a check every round.
        </span>
      </p>
      {onLight !== undefined && (
        <Button tone="primary" onClick={onLight}>
          Light a torch
        </Button>
      )}
    </div>
  );
}
