import type { Wake } from "@sluice/core";

/** The one channel on which stores tell each other what may have become possible. */
export const wakeChannel = "sluice_wake";

/** Postgres takes no more than 7,999 bytes; a wake-up that does not fit is left to the polling. */
const maxBytes = 7_900;

/** Texts to send on the channel. */
export function encodeWake(wake: Wake): readonly string[] {
  const text = JSON.stringify(wake);
  if (Buffer.byteLength(text) <= maxBytes) return [text];
  if (wake.type !== "jobs" || wake.taskTypes.length < 2) return [];
  const half = Math.ceil(wake.taskTypes.length / 2);
  const halves = [wake.taskTypes.slice(0, half), wake.taskTypes.slice(half)];
  return halves.flatMap((taskTypes) => encodeWake({ type: "jobs", taskTypes }));
}

/** `null` for what is not ours: anybody may notify on any channel. */
export function decodeWake(text: string): Wake | null {
  try {
    const wake: unknown = JSON.parse(text);
    return isWake(wake) ? wake : null;
  } catch {
    return null;
  }
}

function isWake(wake: unknown): wake is Wake {
  if (typeof wake !== "object" || wake === null || !("type" in wake)) return false;
  switch (wake.type) {
    case "jobs":
      return "taskTypes" in wake && Array.isArray(wake.taskTypes);
    case "gate":
      return "key" in wake && typeof wake.key === "string";
    case "cancel":
      return "workerId" in wake && typeof wake.workerId === "string" && "jobId" in wake;
    default:
      return false;
  }
}
