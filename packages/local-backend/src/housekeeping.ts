// What a server does beside serving: removes what nobody will ask for again, at start and every hour.
import type { ServerFileStorage } from "./http/file-storage.ts";
import type { SchedulerClock } from "./scheduler/due-timer.ts";
import type { ServerLog } from "./server-log.ts";
import type { MutationLedger } from "./sync/mutation-ledger.ts";

const keepRequestsMs = 14 * 24 * 60 * 60_000;
const housekeepingMs = 60 * 60_000;

/** @returns stops it; resolves when work under way is done */
export function startHousekeeping(rooms: {
  mutations: MutationLedger;
  files: ServerFileStorage;
  clock: SchedulerClock;
  log: ServerLog;
}): () => Promise<void> {
  const work = async () => {
    try {
      const before = rooms.clock.now() - keepRequestsMs;
      while ((await rooms.mutations.prune(before, 500)) === 500);
      await rooms.files.removeOrphans();
    } catch (error) {
      rooms.log.error({ err: error }, "housekeeping failed");
    }
  };
  let running = work();
  const timer = setInterval(() => {
    running = running.then(work);
  }, housekeepingMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return running;
  };
}
