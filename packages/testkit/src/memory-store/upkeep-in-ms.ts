import type { Tables } from "./tables.js";

/** When the next lease runs out, if it is not renewed, or the next deadline of a waiting job passes. */
export function upkeepInMs(tables: Tables): number | null {
  const leases = tables.jobs.running().map(({ lease }) => lease.expiresAt);
  const deadlines = tables.jobs
    .waiting()
    .flatMap(({ deadlineAt }) => (deadlineAt === null ? [] : [deadlineAt]));
  const next = Math.min(...leases, ...deadlines);
  return Number.isFinite(next) ? Math.max(0, next - tables.now()) : null;
}
