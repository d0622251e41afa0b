import { setTimeout as sleep } from "node:timers/promises";
import type { Benchmark } from "../benchmark.js";
import { contenders } from "../contenders.js";
import type { CallerDesk } from "../goodput/caller-desk.js";
import type { CallerSetUp, Policy } from "../goodput/caller-set-up.js";
import type { ProviderDesk, ProviderSetUp } from "../goodput/provider-desk.js";
import { requestsPerMinute } from "../goodput/provider-quota.js";
import type { Lab } from "../lab.js";
import { fill } from "../measure/fill.js";
import type { Goal } from "../measure/goal.js";
import { medianOf } from "../measure/sample.js";
import { type Child, startChild } from "../processes/child-process.js";
import type { Stage } from "../stage.js";

const workers = 4;
const slots = 10;
const told = "retry-after told";
const untold = "nothing told";
const configured = "Sluice, limits configured";
const learned = "Sluice, nothing configured";

interface Cell {
  readonly contender: string;
  readonly setting: typeof told | typeof untold;
  readonly policy: Policy;
}

/** The same limit twice: BullMQ counts in windows, and a minute's worth at once is more than the provider lets through. */
const limiters = [
  { contender: "BullMQ, limiter of 10 a second", limiter: { max: requestsPerMinute / 60, duration: 1_000 } },
  { contender: "BullMQ, limiter of 600 a minute", limiter: { max: requestsPerMinute, duration: 60_000 } },
] as const;

export const cells: readonly Cell[] = [
  ...([told, untold] as const).flatMap((setting): readonly Cell[] => [
    { contender: configured, setting, policy: { type: "gate", isConfigured: true } },
    { contender: learned, setting, policy: { type: "gate", isConfigured: false } },
    ...limiters.map(
      ({ contender, limiter }): Cell => ({
        contender,
        setting,
        policy: { type: "limiter", limiter, untoldWaitMs: 5_000 },
      }),
    ),
    { contender: "BullMQ, pause, then all go", setting, policy: { type: "pause", untoldWaitMs: 5_000 } },
  ]),
  {
    contender: "BullMQ, pause of 60 s, then all go",
    setting: untold,
    policy: { type: "pause", untoldWaitMs: 60_000 },
  },
];

export const goodput: Benchmark = {
  name: "goodput",
  summary: "how much of a provider's quota 4 workers x 10 slots use, and how many of their calls are refused",
  goals: [told, untold].flatMap((setting): readonly Goal[] => [
    cellGoal(`goodput, configured, ${setting}`, configured, setting, "ofQuota", 0.97),
    cellGoal(`refused, configured, ${setting}`, configured, setting, "refusedPercent", 0.5),
    cellGoal(`goodput, learned, ${setting}`, learned, setting, "ofQuota", 0.93),
    cellGoal(`refused, learned, ${setting}`, learned, setting, "refusedPercent", 2),
  ]),
  tables: [told, untold].map((setting) => ({
    title: `Goodput, ${setting}`,
    setting,
    metrics: [
      { metric: "ofQuota", label: "share of the quota", digits: 3 },
      { metric: "refusedPercent", label: "refused, %", digits: 2 },
      { metric: "secondHalfOfQuota", label: "share in the second half", digits: 3 },
      { metric: "seconds", label: "seconds", digits: 0 },
    ],
  })),
  // The quota is the limit, not the machine: all cells at once take as long as one. They begin when all are ready. Once each:
  // with more of them, the machine would become the limit.
  run: async (lab) => {
    const ready: ReadyCell[] = [];
    for (const cell of cells) {
      const opened = await lab.attempt(nameOf(cell), () => openCell(lab, cell));
      if (opened !== null) ready.push(opened);
    }
    try {
      await Promise.all(ready.map((cell) => lab.attempt(nameOf(cell.cell), () => measureCell(lab, cell))));
    } finally {
      for (const { callers, provider } of ready) {
        for (const caller of callers) await caller.kill();
        await provider.kill();
      }
    }
  },
};

/** Its jobs wait, and its processes have loaded what they need. */
interface ReadyCell {
  readonly cell: Cell;
  readonly provider: Child<ProviderDesk>;
  readonly callers: readonly Child<CallerDesk>[];
  readonly seconds: number;
}

async function openCell(lab: Lab, cell: Cell): Promise<ReadyCell | null> {
  const taskType = "call";
  const seconds = lab.pick(300, 90);
  const engine = cell.policy.type === "gate" ? contenders.sluice : contenders.bullMqOnPostgres;
  const stage = await lab.stage(
    { ...engine, label: cell.contender },
    { taskTypes: [taskType], wakes: true, connections: 2 },
  );
  if (stage === null) return null;
  await fill(stage, taskType, Math.ceil((requestsPerMinute * seconds * 2) / 60));
  await stage.producer.kill();

  const setUp: ProviderSetUp = { tellsWait: cell.setting === told };
  const provider = startChild<ProviderDesk>("bench-provider", setUp);
  const callers: Child<CallerDesk>[] = [];
  try {
    const port = await provider.call("start", []);
    for (let worker = 0; worker < workers; worker++)
      callers.push(startCaller(stage, { taskType, policy: cell.policy, slots, port }));
    await Promise.all(callers.map((caller) => caller.call("load", [])));
  } catch (cause) {
    for (const child of [...callers, provider]) await child.kill();
    throw new Error("its processes did not start", { cause });
  }
  return { cell, provider, callers, seconds };
}

async function measureCell(lab: Lab, { cell, provider, callers, seconds }: ReadyCell): Promise<void> {
  await Promise.all(callers.map((caller) => caller.call("start", [])));
  await sleep(seconds * 500);
  const half = await provider.call("book", []);
  await sleep(seconds * 500);
  const { accepted, refused, elapsedMs } = await provider.call("book", []);
  const perMs = requestsPerMinute / 60_000;
  lab.record({
    contender: cell.contender,
    setting: cell.setting,
    round: 1,
    values: {
      ofQuota: accepted / (elapsedMs * perMs),
      refusedPercent: (refused / (accepted + refused)) * 100,
      secondHalfOfQuota: (accepted - half.accepted) / ((elapsedMs - half.elapsedMs) * perMs),
      seconds,
    },
  });
}

function nameOf({ contender, setting }: Cell): string {
  return `${contender}, ${setting}`;
}

function startCaller(stage: Stage, setUp: Omit<CallerSetUp, "databaseUrl">): Child<CallerDesk> {
  const whole: CallerSetUp = { ...setUp, databaseUrl: stage.databaseUrl };
  return startChild<CallerDesk>("bench-caller", whole);
}

function cellGoal(
  name: string,
  contender: string,
  setting: string,
  metric: "ofQuota" | "refusedPercent",
  goal: number,
): Goal {
  return {
    name,
    is: metric === "ofQuota" ? "at least" : "below",
    goal,
    unit: metric === "ofQuota" ? "of the quota" : "%",
    value: (samples) => medianOf(samples, { contender, setting, metric }),
  };
}
