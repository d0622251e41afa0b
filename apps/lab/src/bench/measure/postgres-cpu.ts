import { readdirSync, readFileSync } from "node:fs";

/** Of Linux, on all machines that Node runs on. */
const ticksPerSecond = 100;

/** CPU that the server has used since it started: postmaster, backends and helpers, those that have ended as well. In microseconds. */
export function postgresCpuUs(postmaster: number | undefined): number | null {
  if (postmaster === undefined || process.platform !== "linux") return null;
  const own = readStat(postmaster);
  if (own === null) return null;
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat?.parent === postmaster)
    .reduce((ticks, stat) => ticks + (stat?.ownTicks ?? 0), 0);
  return ((own.ownTicks + own.endedChildrenTicks + children) * 1e6) / ticksPerSecond;
}

interface ProcessStat {
  readonly parent: number;
  readonly ownTicks: number;
  readonly endedChildrenTicks: number;
}

/** See proc(5). `null`: the process has ended. */
function readStat(pid: number): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may contain anything.
    const [, parent, ...rest] = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = rest.slice(9);
    return {
      parent: parent ?? 0,
      ownTicks: user + system,
      endedChildrenTicks: childrenUser + childrenSystem,
    };
  } catch {
    return null;
  }
}
