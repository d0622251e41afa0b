import type { QuotaShape } from "./quota.js";
import { type Scenario, scenario, type TaskKind } from "./scenario.js";

const bucket = (burst: number): QuotaShape => ({ kind: "bucket", burst });
const fixedWindow = (phaseMs = 0): QuotaShape => ({ kind: "fixed-window", phaseMs });
const slidingWindow: QuotaShape = { kind: "sliding-window" };

const untold = { waits: "untold" } as const;
const longCalls: Partial<Scenario> = { tasks: [task({ latencyMs: 2_000 })] };
const veryLongCalls: Partial<Scenario> = { tasks: [task({ latencyMs: 20_000 })] };
const bigFleet: Partial<Scenario> = { workers: 8, slotsPerWorker: 50 };
const tokens: Partial<Scenario> = { unit: "tokens" };
const shiftingMix: Partial<Scenario> = {
  ...tokens,
  tasks: [
    task({ tokens: 400, weightAt: (minute) => (minute < 7 || minute >= 14 ? 3 : 1) }),
    task({ tokens: 3_000, weightAt: (minute) => (minute < 7 || minute >= 14 ? 1 : 3) }),
  ],
};
const rival: Partial<Scenario> = { rival: { perMinute: 180, fromMinute: 8, toMinute: 14 }, isSteady: false };
const dropAndRise: Scenario["limit"] = [
  [0, 600],
  [20 / 3, 200],
  [40 / 3, 600],
];
const sawtooth: Scenario["limit"] = [0, 4, 8, 12, 16].map((minute, index) => [
  minute,
  index % 2 === 0 ? 900 : 300,
]);
const idleFirst: Partial<Scenario> = {
  busy: [
    [5, 10],
    [15, 20],
  ],
};

/** Every behaviour of a provider that we could think of or found described. */
export const scenarios: readonly Scenario[] = [
  scenario("600 rpm", 600, bucket(10), { waits: "exact" }),
  scenario("600 rpm, whole seconds", 600, bucket(10)),
  scenario("600 rpm, untold", 600, bucket(10), untold),
  scenario("fixed window", 600, fixedWindow()),
  scenario("burst of a minute", 600, bucket(600)),
  scenario("burst of a minute, untold", 600, bucket(600), untold),
  scenario("burst of a minute, 60 rpm", 60, bucket(60)),
  scenario("600, 200, 600 rpm", dropAndRise, bucket(10)),
  scenario("600, 200, 600 rpm, untold", dropAndRise, bucket(10), untold),
  scenario("sawtooth 300 and 900 rpm", sawtooth, bucket(15)),
  scenario("60 rpm, 2 s calls", 60, bucket(5), longCalls),
  scenario("60 rpm, 2 s calls, untold", 60, bucket(5), { ...longCalls, ...untold }),
  scenario("6000 rpm, 2 s calls, 8 x 50", 6_000, bucket(100), { ...longCalls, ...bigFleet }),
  scenario("30000 rpm, 8 x 50", 30_000, bucket(500), bigFleet),
  scenario("30000 rpm, 8 x 50, untold", 30_000, bucket(500), { ...bigFleet, ...untold }),
  scenario("10 rpm, burst 2", 10, bucket(2)),
  scenario("10 rpm, burst 10", 10, bucket(10)),
  scenario("10 rpm, burst 2, untold", 10, bucket(2), untold),
  scenario("10 rpm, strict spacing", 10, bucket(1)),
  scenario("fixed window, from its middle", 600, fixedWindow(30_000)),
  scenario("fixed window, untold", 600, fixedWindow(), untold),
  ...[10, 20, 30, 40, 50].map((phase) =>
    scenario(`fixed window, untold, phase ${phase} s`, 600, fixedWindow(phase * 1_000), untold),
  ),
  scenario("sliding window", 600, slidingWindow),
  scenario("sliding window, untold", 600, slidingWindow, untold),
  scenario("sliding window, 60 rpm", 60, slidingWindow),
  scenario("charges refusals", 600, bucket(10), { chargesRefusals: true }),
  scenario("charges refusals, sliding window", 600, slidingWindow, { chargesRefusals: true }),
  scenario("100k tpm, burst of a minute", 100_000, bucket(100_000), tokens),
  scenario("100k tpm, burst of 10 s", 100_000, bucket(16_667), tokens),
  scenario("100k tpm, untold", 100_000, bucket(100_000), { ...tokens, ...untold }),
  scenario("100k tpm, fixed window", 100_000, fixedWindow(), tokens),
  scenario("100k tpm, shifting mix", 100_000, bucket(100_000), shiftingMix),
  scenario("two task types, 0.2 s and 5 s", 600, bucket(10), {
    tasks: [task({ latencyMs: 200 }), task({ latencyMs: 5_000 })],
  }),
  scenario("rival takes 30 %", 600, bucket(10), rival),
  scenario("rival takes 30 %, untold", 600, bucket(10), { ...rival, ...untold }),
  scenario("fleet of 1 x 1, 60 rpm", 60, bucket(5), { workers: 1, slotsPerWorker: 1 }),
  scenario("fleet of 1 x 1, 600 rpm", 600, bucket(10), { workers: 1, slotsPerWorker: 1 }),
  scenario("fleet of 8 x 50", 600, bucket(10), bigFleet),
  scenario("20 s calls, 8 x 50", 600, bucket(10), { ...veryLongCalls, ...bigFleet }),
  scenario("20 s calls, 60 rpm", 60, bucket(5), veryLongCalls),
  scenario("idle, then a backlog", 600, bucket(10), idleFirst),
  scenario("idle, then a backlog, burst of a minute", 600, bucket(600), idleFirst),
  scenario("slow refusals", 600, bucket(10), { refusalMs: 1_000 }),
  scenario("300 rpm, store 50 ms away", 300, bucket(5), { storeRoundTripMs: 50 }),
];

function task(special: Partial<TaskKind>): TaskKind {
  return { latencyMs: 200, tokens: 1_000, weightAt: () => 1, ...special };
}
