import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

/** For a statement with a one-row `clock`: the first entries of the indexes of leases and of deadlines, in ms from now; below 0 if it is past. */
export const soonestUpkeepInMs = `(
  select (date_part('epoch', min(t.at) - (select now from clock)) * 1000)::float8 from (
    (select lease_expires_at as at from sluice.jobs where state = 2 order by lease_expires_at limit 1)
    union all
    (select deadline_at from sluice.jobs where deadline_at is not null and state <> 2 order by deadline_at limit 1)) t)`;

// Locks nothing, and may be repeated.
const look = statement<{ in_ms: number | null }>(
  "upkeep_in_ms",
  `with clock as materialized (select sluice.now() as now) select ${soonestUpkeepInMs} as in_ms`,
);

/** When the next lease runs out, if it is not renewed, or the next deadline of a waiting job passes. */
export async function readUpkeepInMs(session: Session): Promise<number | null> {
  const [row] = await session.run(look);
  return toUpkeepInMs(row?.in_ms ?? null);
}

export function toUpkeepInMs(inMs: number | null): number | null {
  return inMs === null ? null : Math.max(0, inMs);
}
