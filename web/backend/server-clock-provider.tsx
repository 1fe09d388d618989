// Keeps the server clock of one connection right: measured on every (re)connection, on waking up, and now and then.
import { useConvexConnectionState, useMutation } from "convex/react";
import {
  createContext,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from "react";
import { api } from "../../convex/_generated/api";
import { measureOffset, ServerClock } from "./server-clock";

const AGAIN_MS = 5 * 60_000;

const deviceNow = () => Date.now();
const ServerClockContext = createContext<ServerClock>(new ServerClock(deviceNow));

export function ServerClockProvider({ children }: { children: ReactNode }) {
  const [clock] = useState(() => new ServerClock(deviceNow));
  const askTime = useMutation(api.clock.serverTime);
  const { isWebSocketConnected } = useConvexConnectionState();
  useEffect(() => {
    if (!isWebSocketConnected) return undefined;
    let isCurrent = true;
    const measure = async () => {
      try {
        const offset = await measureOffset(() => askTime({}), deviceNow);
        if (isCurrent && offset !== null) clock.correct(offset);
      } catch {
        // The device's own clock goes on serving; the next connection measures again.
      }
    };
    const onVisible = () => {
      if (document.visibilityState === "visible") void measure();
    };
    void measure();
    const timer = setInterval(() => void measure(), AGAIN_MS);
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      isCurrent = false;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [isWebSocketConnected, askTime, clock]);
  return <ServerClockContext value={clock}>{children}</ServerClockContext>;
}

/**
 * Something that follows from the server's time; its reader is drawn again only when it changes.
 *
 * @param read - gives a plain value (a boolean, a number, a text) for an instant
 */
export function useServerTimed<Value extends boolean | number | string>(
  read: (now: number) => Value,
): Value {
  const clock = useContext(ServerClockContext);
  return useSyncExternalStore(clock.subscribe, () => read(clock.now()));
}

/** The server's time, ms since 1970, renewed every second. */
export function useServerNow(): number {
  const clock = useContext(ServerClockContext);
  return useSyncExternalStore(clock.subscribe, clock.now);
}
