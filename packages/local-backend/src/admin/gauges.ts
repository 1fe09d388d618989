// The figures of `/metrics` that are read from the rooms when asked for.
import type { Database } from "../database/database.ts";
import type { Metrics } from "./metrics.ts";

export function addGauges(
  metrics: Metrics,
  rooms: {
    sync: { readonly socketCount: number };
    liveQueries: { statistics(): { evaluations: number; subscriptions: number; runs: number } };
    scheduler: { readonly runningCount: number };
    database: Pick<Database, "latestTimestamp" | "storeStatistics">;
  },
): void {
  metrics.addGauge({
    name: "convex_sockets",
    help: "Open client sockets.",
    read: () => rooms.sync.socketCount,
  });
  metrics.addGauge({
    name: "convex_live_queries",
    help: "Distinct live queries.",
    read: () => rooms.liveQueries.statistics().evaluations,
  });
  metrics.addGauge({
    name: "convex_live_query_runs_total",
    help: "Runs of live queries.",
    read: () => rooms.liveQueries.statistics().runs,
  });
  metrics.addGauge({
    name: "convex_scheduled_running",
    help: "Scheduled functions running now.",
    read: () => rooms.scheduler.runningCount,
  });
  metrics.addGauge({
    name: "convex_commits_total",
    help: "Commits written.",
    read: () => rooms.database.storeStatistics().batches,
  });
  metrics.addGauge({
    name: "convex_commits_pending",
    help: "Commits that are not durable yet.",
    read: () => rooms.database.storeStatistics().pendingBatches,
  });
  metrics.addGauge({
    name: "convex_commit_flushes_total",
    help: "Flushes to the disk, each of one commit or several.",
    read: () => rooms.database.storeStatistics().groups,
  });
  metrics.addGauge({
    name: "convex_commit_seconds_total",
    help: "Time spent in writing commits and flushing them to the disk.",
    read: () => rooms.database.storeStatistics().writeMs / 1000,
  });
  metrics.addGauge({
    name: "convex_last_commit_seconds",
    help: "Time of the last durable commit.",
    read: () => Number(rooms.database.latestTimestamp() / 1_000_000n) / 1000,
  });
}
