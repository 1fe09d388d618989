// Runs a call that changes something: says while it runs, keeps the refusal, and never leaves a rejection unhandled.
import { useCallback, useState } from "react";
import { useNotify } from "../components/ui/toast";
import { readRefusal, type Refusal } from "./refusal";

export type Command<Args extends unknown[], Result> = {
  /** Resolves to `undefined` when the call was refused. */
  run: (...args: Args) => Promise<Result | undefined>;
  isPending: boolean;
  /** Why the last call was refused; `null` from the next call on. */
  refusal: Refusal | null;
};

/**
 * @param place - "toast" shows a refusal under the top bar; "here" leaves showing it to the caller
 */
export function useCommand<Args extends unknown[], Result>(
  call: (...args: Args) => Promise<Result>,
  place: "toast" | "here" = "toast",
): Command<Args, Result> {
  const notify = useNotify();
  const [running, setRunning] = useState(0);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const run = useCallback(
    async (...args: Args): Promise<Result | undefined> => {
      setRunning((count) => count + 1);
      setRefusal(null);
      try {
        return await call(...args);
      } catch (error) {
        const reason = readRefusal(error);
        setRefusal(reason);
        if (place === "toast") notify("bad", reason.message);
        return undefined;
      } finally {
        setRunning((count) => count - 1);
      }
    },
    [call, notify, place],
  );
  return { run, isPending: running > 0, refusal };
}
