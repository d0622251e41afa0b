import { inspect } from "node:util";
import { RunAborted } from "@sluice/core";
import type { FaultServer } from "@sluice/testkit/provider";
import { isAsExpected, type SeenOutcome, toSeenOutcome } from "./compare-outcome.js";
import type { ReplayCase } from "./replay-file.js";
import { runOnce, secretText } from "./run-once.js";
import { sdkModel, testKey } from "./sdk-models.js";

export interface Replayed {
  readonly seen: SeenOutcome;
  readonly message: string | null;
  /** The error would show the prompt or the key to whoever reads logs. */
  readonly isLeaking: boolean;
  readonly isPassed: boolean;
}

/** Who has not answered by then is not going to: it is on the same machine. */
const patienceMs = 10_000;

/** Sends one answer through a real provider of the SDK and the product's own handler. */
export async function replayCase(
  server: FaultServer,
  { via, expect, ...answer }: ReplayCase,
): Promise<Replayed> {
  server.answer = () => answer;
  const controller = new AbortController();
  const giveUp = () => controller.abort(new RunAborted("timeout", "the provider did not answer in time"));
  // The job's timeout comes as soon as the request is known to have arrived, or a real one after a while.
  if (answer.hang === true) void server.nextRequest().then(giveUp);
  const patience = setTimeout(giveUp, patienceMs);
  try {
    const run = await runOnce(sdkModel(via, server.url), controller.signal);
    const seen = toSeenOutcome(run);
    const shown = inspect(run.error, { depth: 20, showHidden: true });
    const isLeaking = shown.includes(secretText) || shown.includes(testKey);
    return {
      seen,
      message: run.error instanceof Error ? run.error.message : null,
      isLeaking,
      isPassed: isAsExpected(seen, expect) && !isLeaking,
    };
  } finally {
    clearTimeout(patience);
  }
}
