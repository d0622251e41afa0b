import { setTimeout as sleep } from "node:timers/promises";
import { isTerminalStatus, type JobStore } from "@sluice/core";
import type { DrizzleTransaction } from "@sluice/store-drizzle";
import { type HistoryEvent, readFinalState, recordHistory } from "@sluice/testkit";
import { type ChaosReport, judge } from "./chaos-report.js";
import { openChaosDatabase } from "./evidence/chaos-database.js";
import { measureRecovery } from "./evidence/measure-recovery.js";
import { readEvidence } from "./evidence/read-evidence.js";
import { watchGates } from "./evidence/watch-gates.js";
import { startFleet } from "./fleet/start-fleet.js";
import { createOperators } from "./operators.js";
import { startProvider } from "./provider/start-provider.js";
import { rage, type Stage } from "./storm.js";
import { maxAttempts, startWorkload } from "./workload.js";

export interface ChaosOptions {
  readonly seed: number;
  /** So many workers are killed; the other faults come along. */
  readonly kills: number;
  readonly workers: number;
  /** Where the workers' logs go. */
  readonly logFolder: string;
  readonly onProgress: (text: string) => void;
}

/** When the storm is over, everything has to come to its end within so long. */
const calmMs = 300_000;

/** A fleet of real workers on a real database with a real provider, while everything breaks; then the judgement. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, kills, workers, logFolder, onProgress } = options;
  const database = await openChaosDatabase();
  const provider = await startProvider(seed);
  try {
    const tick = () => performance.timeOrigin + performance.now();
    const recorder = recordHistory(database.store, { tick });
    const gates = watchGates(database.store, tick);
    const workload = startWorkload(database.jobsOver(recorder.store), database.targets, () =>
      countLive(database.store, "waiting"),
    );
    const fleet = await startFleet({
      workers,
      logFolder,
      server: database.server,
      databaseUrl: database.url,
      providerUrl: provider.baseUrl,
    });
    const stage: Stage = {
      onDatabaseCrash: recorder.databaseCrashed,
      provider,
      server: database.server,
      slots: fleet.slots,
      operators: createOperators(recorder.store, workload.acknowledged),
    };

    const storm = await rage(stage, {
      seed,
      kills,
      onKill: (now) =>
        onProgress(
          `${now.kills.length} of ${kills} kills, ${now.restarts} restarts, ${workload.acknowledged.length} jobs`,
        ),
    });
    await workload.end();
    await becalm(stage);
    await untilNothingIsLeft(database.store);
    await gates.end();
    const codes = await fleet.retire();
    if (codes.some((code) => code !== 0)) throw new Error(`workers ended with ${codes.join(", ")}`);

    const evidence = await readEvidence(database.pool);
    const final = await readFinalState(database.store);
    return judge({
      seed,
      maxAttempts,
      kills: storm.kills.length,
      restarts: storm.restarts,
      fallen: fleet.slots.reduce((sum, { fallen }) => sum + fallen, 0),
      acknowledged: workload.acknowledged,
      events: [...(await declaredGates(database.store)), ...recorder.events(), ...gates.seen],
      final,
      evidence,
      book: await provider.readBook(),
      recovery: measureRecovery(storm.kills, evidence.claims, final.attempts),
    });
  } finally {
    provider.stop();
    await database.close();
  }
}

async function becalm({ provider, operators }: Stage): Promise<void> {
  await provider.setMood("well");
  await operators.resume();
}

async function untilNothingIsLeft(store: JobStore<DrizzleTransaction>): Promise<void> {
  const endMs = performance.now() + calmMs;
  while ((await countLive(store, "all")) > 0 && performance.now() < endMs) await sleep(100);
}

async function countLive(store: JobStore<DrizzleTransaction>, which: "all" | "waiting"): Promise<number> {
  const counts = await store.countJobs();
  return counts
    .filter(({ status }) => !isTerminalStatus(status) && (which === "all" || status !== "processing"))
    .reduce((sum, { count }) => sum + count, 0);
}

/** The workers declare the same gates at every start. */
async function declaredGates(store: JobStore<DrizzleTransaction>): Promise<readonly HistoryEvent[]> {
  const declared = await store.listTaskGates();
  return declared.map((asked) => ({
    type: "put-task-gates",
    startedAt: 0,
    answeredAt: 0,
    asked,
    answer: null,
  }));
}
