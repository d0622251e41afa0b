import { startFaultServer } from "@sluice/testkit/provider";
import { Command } from "commander";
import { describeFailure } from "./describe-replay.js";
import { replayCase } from "./replay-case.js";
import { ReplayFileError, readReplayFile } from "./replay-file.js";

/** `lab replay <file>`: whether answers of providers are understood as the file expects. */
export function replayCommand(): Command {
  return new Command("replay")
    .description(
      "Replays answers of providers over HTTP, through the SDK's providers and the product's own handler, and compares what they come to.",
    )
    .argument("<file>", "JSON, like packages/handlers-ai/test/fixtures/provider-errors.json")
    .allowExcessArguments(false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(replay);
}

async function replay(path: string): Promise<void> {
  try {
    const cases = await readReplayFile(path);
    await using server = await startFaultServer();
    let failed = 0;
    for (const one of cases) {
      const replayed = await replayCase(server, one);
      if (replayed.isPassed) continue;
      failed += 1;
      console.log(describeFailure(one, replayed));
    }
    console.log(`${cases.length - failed} passed, ${failed} failed`);
    process.exitCode = failed > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ReplayFileError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
