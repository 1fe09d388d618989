// Says when the table cannot be reached, how old what is shown is, and how many changes wait to be sent.
import { useConvexConnectionState } from "convex/react";
import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { clockTime } from "../features/dice/clock-time";

/** A blink of the network is not worth a banner. */
const PATIENCE_MS = 1_500;

export function ConnectionBanner() {
  const state = useConvexConnectionState();
  const lostAt = useLostAt(state.isWebSocketConnected);
  if (lostAt === null) return null;
  return (
    <OfflineNotice
      lostAt={state.hasEverConnected ? lostAt : null}
      waiting={state.inflightMutations}
    />
  );
}

export type OfflineNoticeProps = {
  /** Since when, on the device's clock; `null` if there never was a connection. */
  lostAt: number | null;
  /** Changes made here that the server has not confirmed. */
  waiting: number;
};

export function OfflineNotice({ lostAt, waiting }: OfflineNoticeProps) {
  const changes = waiting === 1 ? "1 change waits" : `${String(waiting)} changes wait`;
  return (
    <div
      role="status"
      className="offline-notice flex items-center justify-center gap-x-3 border-b border-gold bg-raised px-4 py-1.5 text-small"
    >
      <WifiOff size={16} strokeWidth={1.5} aria-hidden className="flex-none text-gold" />
      <p>
        {lostAt === null
          ? "The table cannot be reached yet. Trying again by itself."
          : `No connection: shown as of ${clockTime(lostAt)}. Trying again by itself.`}
        {waiting > 0 && <b> {changes} to be sent.</b>}
      </p>
    </div>
  );
}

/** Since when there is no connection; `null` while there is one, and for the first moments without. */
function useLostAt(isConnected: boolean): number | null {
  const [lostAt, setLostAt] = useState<number | null>(null);
  useEffect(() => {
    if (isConnected) return undefined;
    const since = Date.now();
    const timer = setTimeout(() => setLostAt(since), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLostAt(null);
    };
  }, [isConnected]);
  return lostAt;
}
