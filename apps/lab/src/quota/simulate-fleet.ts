import type { ToldLimits } from "@sluice/core";
import type { Admission } from "./admission.js";
import { Agenda } from "./agenda.js";
import { createQuota } from "./quota.js";
import { DURATION_MINUTES, isBusy, limitAt, type Scenario, type TaskKind } from "./scenario.js";
import { seededRandom } from "./seeded-random.js";

export interface FleetRun {
  readonly calls: number;
  readonly refused: number;
  /** Calls or tokens, as the quota counts. */
  readonly accepted: number;
  /** What the quota had for us while there was work, or what the slots can do at most, whichever is less. */
  readonly available: number;
}

const MINUTE_MS = 60_000;
/** To the provider; another one for the answer is part of the task's latency. */
const NETWORK_MS = 5;
/** Timers fire late by up to this. */
const TIMER_LATENESS_MS = 4;

interface Worker {
  free: number;
  /** Whether its next question is already on the agenda. */
  isAsking: boolean;
}

interface Call {
  readonly worker: Worker;
  readonly claimedAt: number;
  readonly task: TaskKind;
  readonly tokens: number;
}

type Happening =
  | { readonly type: "ask"; readonly worker: Worker }
  | { readonly type: "arrive"; readonly call: Call }
  | { readonly type: "refuse"; readonly call: Call; readonly waitMs: number | null }
  | { readonly type: "succeed"; readonly call: Call }
  | { readonly type: "rival" };

/** A whole fleet with a deep backlog against one quota, for twenty virtual minutes or `maxCalls` calls. The same seed, the same run. */
export function simulateFleet(
  scenario: Scenario,
  admission: Admission,
  { seed, maxCalls, tellsLimits }: { seed: number; maxCalls: number; tellsLimits: boolean },
): FleetRun {
  const random = seededRandom(seed);
  const agenda = new Agenda<Happening>();
  const quota = createQuota(scenario.shape, (at) => limitAt(scenario, at / MINUTE_MS), {
    charged: scenario.chargesRefusals,
  });
  const halfTrip = scenario.storeRoundTripMs / 2;
  const totals = { calls: 0, refused: 0, accepted: 0, rival: 0 };
  let inFlight = 0;

  function wake(worker: Worker, at: number): void {
    if (worker.isAsking || worker.free === 0) return;
    worker.isAsking = true;
    agenda.add(at + halfTrip, { type: "ask", worker });
  }

  function ask(worker: Worker, now: number): void {
    worker.isAsking = false;
    if (!isBusy(scenario, now / MINUTE_MS)) {
      const next = scenario.busy.find(([from]) => from * MINUTE_MS > now);
      if (next !== undefined) wake(worker, next[0] * MINUTE_MS + random() * TIMER_LATENESS_MS);
      return;
    }
    const { granted, askAgainAt } = admission.ask(now, worker.free, inFlight);
    worker.free -= granted;
    inFlight += granted;
    for (let count = 0; count < granted; count++) {
      const task = pickTask(scenario, now, random());
      const call = { worker, claimedAt: now, task, tokens: Math.round(task.tokens * (0.5 + random())) };
      agenda.add(now + halfTrip + NETWORK_MS * (0.5 + random()), { type: "arrive", call });
    }
    if (askAgainAt !== null) wake(worker, Math.max(now, askAgainAt) + random() * TIMER_LATENESS_MS);
  }

  function arrive(call: Call, now: number): void {
    totals.calls++;
    const amount = scenario.unit === "tokens" ? call.tokens : 1;
    const answer = quota.take(now, amount);
    if (answer === "taken") {
      totals.accepted += amount;
      agenda.add(now + call.task.latencyMs * (0.75 + 0.5 * random()) + halfTrip, { type: "succeed", call });
      return;
    }
    totals.refused++;
    agenda.add(now + scenario.refusalMs * (0.75 + 0.5 * random()) + halfTrip, {
      type: "refuse",
      call,
      waitMs: toldWait(scenario, answer),
    });
  }

  function succeed(call: Call, now: number): void {
    const told = tellsLimits ? headersAt(scenario, now, quota.remaining(now)) : {};
    admission.succeeded(now, call.claimedAt, call.tokens, told);
    end(call, now);
  }

  function callAsRival(now: number): void {
    const { rival } = scenario;
    if (rival === null || now >= rival.toMinute * MINUTE_MS) return;
    if (quota.take(now, 1) === "taken") totals.rival++;
    agenda.add(now + (MINUTE_MS / rival.perMinute) * (0.5 + random()), { type: "rival" });
  }

  function end({ worker }: Call, now: number): void {
    inFlight--;
    worker.free++;
    wake(worker, now + halfTrip);
  }

  function happen(what: Happening, now: number): void {
    switch (what.type) {
      case "ask":
        ask(what.worker, now);
        break;
      case "arrive":
        arrive(what.call, now);
        break;
      case "refuse":
        admission.refused(now, what.call.claimedAt, what.waitMs);
        end(what.call, now);
        break;
      case "succeed":
        succeed(what.call, now);
        break;
      case "rival":
        callAsRival(now);
        break;
    }
  }

  for (let index = 0; index < scenario.workers; index++) {
    wake({ free: scenario.slotsPerWorker, isAsking: false }, random() * 1_000);
  }
  if (scenario.rival !== null) agenda.add(scenario.rival.fromMinute * MINUTE_MS, { type: "rival" });

  let endedAt = DURATION_MINUTES * MINUTE_MS;
  for (let next = agenda.next(); next !== undefined && next.at < endedAt; next = agenda.next()) {
    happen(next.what, next.at);
    if (totals.calls >= maxCalls) endedAt = next.at;
  }
  return { ...totals, available: available(scenario, endedAt / MINUTE_MS, totals.rival) };
}

function pickTask({ tasks }: Scenario, now: number, chance: number): TaskKind {
  const [only] = tasks;
  if (tasks.length === 1 && only !== undefined) return only;
  const weights = tasks.map((task) => task.weightAt(now / MINUTE_MS));
  let left = chance * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  const task = tasks[index] ?? tasks[0];
  if (task === undefined) throw new RangeError("a scenario needs a task");
  return task;
}

function toldWait({ waits }: Scenario, exactMs: number): number | null {
  switch (waits) {
    case "exact":
      return exactMs;
    case "seconds":
      return Math.ceil(exactMs / 1_000) * 1_000;
    case "untold":
      return null;
  }
}

/** Tokens are rounded to thousands, as Anthropic does. */
function headersAt(scenario: Scenario, now: number, remaining: number): ToldLimits {
  const limit = limitAt(scenario, now / MINUTE_MS);
  return scenario.unit === "requests"
    ? { requestsPerMinute: limit, remainingRequests: Math.floor(remaining) }
    : { tokensPerMinute: limit, remainingTokens: Math.round(remaining / 1_000) * 1_000 };
}

function available(scenario: Scenario, minutes: number, rival: number): number {
  const STEPS = 60;
  let quota = -rival;
  let busyMinutes = 0;
  for (let step = 0; step < minutes * STEPS; step++) {
    const minute = step / STEPS;
    if (!isBusy(scenario, minute)) continue;
    quota += limitAt(scenario, minute) / STEPS;
    busyMinutes += 1 / STEPS;
  }
  return Math.min(quota, busyMinutes * slotsCanDo(scenario));
}

/** Per minute. */
function slotsCanDo(scenario: Scenario): number {
  const mean = (of: (task: TaskKind) => number) =>
    scenario.tasks.reduce((sum, task) => sum + of(task), 0) / scenario.tasks.length;
  const callMs = mean((task) => task.latencyMs) + NETWORK_MS + 2 * scenario.storeRoundTripMs;
  const calls = (scenario.workers * scenario.slotsPerWorker * MINUTE_MS) / callMs;
  return scenario.unit === "tokens" ? calls * mean((task) => task.tokens) : calls;
}
