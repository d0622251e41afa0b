import { type DedupeMode, type GateLimits, noLimits, type ToldLimits } from "@sluice/core";
import * as fc from "fast-check";

/** One thing done to a store. Plain data, so that a script that fails can be read. Jobs, runs and gates are named by number. */
export type Step =
  | { readonly do: "enqueue"; readonly requests: readonly RequestShape[]; readonly within: Within }
  /** Of the first task type, beginning with this one, that has something to give. */
  | { readonly do: "claim"; readonly task: number; readonly limit: number }
  | {
      readonly do: "end";
      /** Of the runs that nobody has ended yet; or of all runs there ever were. */
      readonly among: "open" | "all";
      readonly run: number;
      readonly ending: Ending;
      readonly tokens: number | null;
      readonly told: ToldLimits | null;
    }
  | { readonly do: "send-again"; readonly run: number }
  | { readonly do: "renew"; readonly runs: readonly number[] }
  | { readonly do: "cancel" | "retry"; readonly job: number }
  | { readonly do: "pause"; readonly gate: number; readonly forMs: number | null }
  | { readonly do: "resume" | "open"; readonly gate: number }
  | { readonly do: "declare-gates"; readonly task: number; readonly limits: GateLimits | null }
  | { readonly do: "put-worker"; readonly tasks: readonly number[] }
  | { readonly do: "pass-time"; readonly ms: number };

/** Whether the requests are made in a transaction of the app's, and what becomes of it. */
export type Within = "no transaction" | "a transaction" | "a transaction that is rolled back";

export interface RequestShape {
  readonly task: number;
  readonly target: number | null;
  readonly key: number | null;
  readonly mode: DedupeMode;
  readonly priority: number;
  readonly dueInMs: number;
  readonly deadlineInMs: number | null;
  readonly maxAttempts: number;
}

export const endings = [
  "succeeds",
  "succeeds and saves",
  "succeeds and enqueues",
  "fails to save",
  "is superseded in its save",
  "is rate limited",
  "is rate limited for the day",
  "finds the provider down",
  "is blocked",
  "fails for now",
  "times out",
  "has an answer that cannot be used",
  "fails for good",
  "has a bad payload",
  "cannot be run",
  "is released",
] as const;
export type Ending = (typeof endings)[number];

export const taskCount = 3;
/** The gates of the tasks, and one that all may share. */
const gateCount = taskCount + 1;
export const targetCount = 2;

const task = fc.nat({ max: taskCount - 1 });
const gate = fc.nat({ max: gateCount - 1 });
/** The latest ones are the likeliest to be alive, and to be of interest. */
const recent = fc.nat({ max: 5 });

const request: fc.Arbitrary<RequestShape> = fc.record({
  task,
  target: fc.option(fc.nat({ max: targetCount - 1 })),
  key: fc.option(fc.nat({ max: 2 })),
  mode: fc.constantFrom<DedupeMode>("keep", "replace", "rerun"),
  priority: fc.integer({ min: -1, max: 1 }),
  dueInMs: fc.constantFrom(0, 0, 0, 0, 0, 1_000, 30_000, 7_200_000),
  deadlineInMs: fc.constantFrom(null, null, null, null, null, null, null, 5_000, 60_000, 7_200_000),
  maxAttempts: fc.constantFrom(1, 2, 3),
});

const limits: fc.Arbitrary<GateLimits | null> = fc.constantFrom(
  null,
  noLimits,
  { ...noLimits, maxInFlight: 1 },
  { ...noLimits, maxInFlight: 3 },
  { ...noLimits, requestsPerMinute: 30 },
  { ...noLimits, learn: true },
  { ...noLimits, requestsPerMinute: 600, tokensPerMinute: 60_000 },
);

const within = fc.constantFrom<Within>(
  "no transaction",
  "no transaction",
  "a transaction",
  "a transaction that is rolled back",
);

const second = 1_000;
const day = 86_400 * second;
const ms = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(second, 5 * second) },
  { weight: 3, arbitrary: fc.constantFrom(20 * second, 60 * second, 600 * second) },
  { weight: 1, arbitrary: fc.constantFrom(7_200 * second, day + second, 8 * day, 31 * day) },
);

/** Weighted for scripts in which jobs are made, run and ended, and something goes wrong now and then. */
export const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("enqueue" as const),
      requests: fc.array(request, { minLength: 1, maxLength: 7 }),
      within,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("claim" as const), task, limit: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("end" as const),
      among: fc.constantFrom("open" as const, "open" as const, "open" as const, "all" as const),
      run: recent,
      ending: fc.constantFrom(...endings),
      tokens: fc.constantFrom(null, 0, 300, 20_000),
      told: fc.constantFrom(null, null, { requestsPerMinute: 60 }, { remainingRequests: 0 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("send-again" as const), run: recent }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("renew" as const), runs: fc.array(recent, { maxLength: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("cancel" as const, "retry" as const), job: recent }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("pause" as const),
      gate,
      forMs: fc.constantFrom(null, 1_000, 20_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("resume" as const, "open" as const), gate }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("declare-gates" as const), task, limits }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("put-worker" as const), tasks: fc.subarray([0, 1, 2]) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("pass-time" as const), ms }) },
);
