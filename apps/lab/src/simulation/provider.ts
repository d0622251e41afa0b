import type { Chance } from "./chance.js";
import type { Faults } from "./faults.js";
import type { Model } from "./models.js";
import type { VirtualProcess } from "./virtual-process.js";
import type { World } from "./world.js";

/** What comes back from a call. */
export type Answer =
  | { readonly type: "answer"; readonly isMalformed: boolean; readonly tokens: number }
  | { readonly type: "rate-limited"; readonly scope: "minute" | "day"; readonly waitMs: number | null }
  | { readonly type: "server-error"; readonly waitMs: number | null }
  | { readonly type: "key-refused" }
  | { readonly type: "refused-for-good" }
  | { readonly type: "connection-reset" };

/** Keeps its quota whatever its callers think of it. */
export interface Provider {
  call(process: VirtualProcess, model: Model): Promise<Answer>;
  /** Nobody gets through for so long. */
  breakDown(forMs: number, how: "provider-outage" | "key-refused"): void;
  /** All troubles are over. The quota stays. */
  recover(): void;
}

interface Meter {
  requests: number;
  tokens: number;
  inFlight: number;
  atMs: number;
}

/** What a quiet caller has saved up, in seconds of the quota. */
const burstS = 5;

export function createProvider(world: World, chance: Chance): Provider {
  const { clock, faults } = world;
  const meters = new Map<Model, Meter>();
  let down: { readonly untilMs: number; readonly how: "provider-outage" | "key-refused" } | null = null;

  function meterOf(model: Model): Meter {
    const nowMs = clock.monotonicMs();
    const meter = meters.get(model) ?? { requests: 1, tokens: model.tokensPerCall, inFlight: 0, atMs: nowMs };
    meters.set(model, meter);
    const passedS = (nowMs - meter.atMs) / 1_000;
    meter.atMs = nowMs;
    meter.requests = filled(meter.requests, model.requestsPerMinute, passedS, 1);
    meter.tokens = filled(meter.tokens, model.tokensPerMinute, passedS, model.tokensPerCall);
    return meter;
  }

  function decide(model: Model, caller: string): Answer {
    if (down !== null && clock.monotonicMs() < down.untilMs)
      return down.how === "key-refused" ? { type: "key-refused" } : serverError(chance, faults);
    const meter = meterOf(model);
    const tokens = Math.round(model.tokensPerCall * chance.between(0.5, 1.5));
    if (meter.requests < 1 || meter.tokens < 0 || meter.inFlight >= model.maxInFlight) {
      faults.count("rate-limited", caller);
      const waitMs = chance.isTrue(model.tellsWait) ? msUntilFree(meter, model) : null;
      return { type: "rate-limited", scope: "minute", waitMs };
    }
    meter.requests -= 1;
    meter.tokens -= tokens;
    if (faults.happens("daily-quota", caller))
      return { type: "rate-limited", scope: "day", waitMs: chance.pick([null, 5_000, 90_000]) };
    if (faults.happens("server-error", caller)) return serverError(chance, faults);
    if (faults.happens("call-refused-for-good", caller)) return { type: "refused-for-good" };
    if (faults.happens("connection-reset", caller)) return { type: "connection-reset" };
    return { type: "answer", isMalformed: faults.happens("answer-malformed", caller), tokens };
  }

  return {
    call: (process, model) =>
      new Promise((resolve) => {
        clock.schedule(chance.between(5, 50), () => {
          const answer = decide(model, process.name);
          const meter = meterOf(model);
          meter.inFlight += 1;
          clock.schedule(workMs(answer, process.name), () => {
            meter.inFlight -= 1;
            process.enter(() => resolve(answer));
          });
        });
      }),
    breakDown(forMs, how) {
      down = { untilMs: clock.monotonicMs() + forMs, how };
    },
    recover() {
      down = null;
    },
  };

  function workMs({ type }: Answer, caller: string): number {
    if (faults.happens("call-hangs", caller)) return chance.between(10_000, 60_000);
    return type === "answer" ? 50 * 100 ** chance.fraction() : chance.between(10, 200);
  }
}

function filled(level: number, perMinute: number, passedS: number, oneCall: number): number {
  const perS = perMinute / 60;
  return perMinute === Number.POSITIVE_INFINITY
    ? oneCall
    : Math.min(level + perS * passedS, Math.max(oneCall, perS * burstS));
}

function msUntilFree({ requests, tokens }: Meter, { requestsPerMinute, tokensPerMinute }: Model): number {
  const requestMs = (Math.max(0, 1 - requests) * 60_000) / requestsPerMinute;
  const tokenMs = (Math.max(0, -tokens) * 60_000) / tokensPerMinute;
  return Math.ceil(Math.max(100, requestMs, tokenMs));
}

function serverError(chance: Chance, { isOn }: Faults): Answer {
  return { type: "server-error", waitMs: isOn && chance.isTrue(0.2) ? chance.whole(500, 10_000) : null };
}
