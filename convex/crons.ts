// What runs by the clock, with nobody at the table.
import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.interval("prune expired sign-ins", { hours: 6 }, internal.maintenance.pruneSignIns, {});
crons.interval("prune join attempts", { hours: 6 }, internal.maintenance.pruneJoinAttempts, {});

export default crons;
