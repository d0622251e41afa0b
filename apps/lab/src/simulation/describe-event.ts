import type { WorkerEvent } from "@sluice/runner";
import { shortId } from "./trace.js";

/** `run-failed 4f2a91/3 outcome=timeout durationMs=4000`: the job with its lease number, and what else is short. */
export function describeEvent(event: WorkerEvent): string {
  const job = "job" in event ? ` ${shortId(event.job.id)}/${event.job.leaseNo}` : "";
  const fields = Object.entries(event)
    .filter(([name, value]) => name !== "type" && name !== "workerId" && isShort(value))
    .map(([name, value]) => ` ${name}=${typeof value === "number" ? Math.round(value) : value}`);
  const error = "error" in event ? ` ${String(event.error)}` : "";
  return `${event.type}${job}${fields.join("")}${error}`;
}

function isShort(value: unknown): value is string | number {
  return typeof value === "number" || typeof value === "string";
}
