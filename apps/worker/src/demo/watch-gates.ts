import type { Worker } from "@sluice/runner";
import type { Progress } from "../cli/progress.js";
import type { Terminal } from "../cli/terminal.js";

/** Tells when a provider's answer closes a gate, and when jobs pass again. */
export function watchGates(worker: Worker, { note }: Progress, { colors }: Terminal): void {
  let closedGate: string | null = null;
  worker.on("gate-closing", ({ gate, waitMs, failure }) => {
    if (closedGate !== null) return;
    closedGate = gate;
    const wait = waitMs === null ? "no wait named" : `for ${waitMs} ms`;
    note(`${colors.yellow("closed")} ${gate} ${wait}: ${failure.message}`);
  });
  worker.on("claimed", () => {
    if (closedGate === null) return;
    note(`${colors.green("opened")} ${closedGate}`);
    closedGate = null;
  });
}
