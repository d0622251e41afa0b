import type { Chance } from "./chance.js";
import type { Trace } from "./trace.js";

/** What can go wrong, and how often by default: the share of the calls, answers or runs that it is drawn for. */
const shares = {
  // A worker's process, and its way to the store.
  crash: 0,
  stall: 0,
  "stall-in-run": 0.08,
  "crash-in-run": 0.03,
  "clock-jump": 0,
  "crash-before-call": 0.006,
  "crash-after-call": 0.006,
  "crash-in-save": 0.03,
  "store-outage": 0,
  "call-lost": 0.02,
  "reply-lost": 0.03,
  "late-call": 0.02,
  "slow-call": 0.03,
  "call-unanswered": 0.01,
  "wake-lost": 0.3,
  // What happens in calm worlds, too. Workers are rolled out anew.
  restart: 0,
  // The provider.
  "provider-outage": 0,
  "key-refused": 0,
  "rate-limited": 1,
  "daily-quota": 0.01,
  "server-error": 0.05,
  "answer-malformed": 0.08,
  "call-refused-for-good": 0.03,
  "connection-reset": 0.05,
  "call-hangs": 0.03,
  // The handler.
  "signal-ignored": 0.2,
  "handler-broken": 0.03,
  "result-not-json": 0.02,
  "save-failed": 0.05,
  "target-changed": 0.05,
} as const;

export type FaultKind = keyof typeof shares;
export const faultKinds = Object.keys(shares) as readonly FaultKind[];

const calm: ReadonlySet<string> = new Set(faultKinds.slice(faultKinds.indexOf("restart")));

export interface Faults {
  readonly isOn: boolean;
  /** Every process lives and is heard: nobody has cause to lose a lease, or to sleep beside work. */
  readonly isCalm: boolean;
  readonly counts: ReadonlyMap<FaultKind, number>;
  /** Draws whether it happens here and now, and counts it if so. */
  happens(kind: FaultKind, who: string): boolean;
  /** Whether this run knows the fault at all. */
  mayHappen(kind: FaultKind): boolean;
  /** It happens, for reasons of its own. */
  count(kind: FaultKind, who: string, detail?: string): void;
  /** From here on everything works. */
  switchOff(): void;
}

/**
 * Each run knows only some of the kinds, each with a frequency of its own: what one fault would hide, another run shows
 * ("swarm testing": Groce et al., ISSTA 2012).
 */
export function drawFaults(chance: Chance, trace: Trace): Faults {
  const drawn = new Map<string, number>();
  const isCalm = chance.isTrue(0.2);
  for (const [kind, share] of Object.entries(shares)) {
    const factor = chance.between(0.3, 2);
    if (chance.isTrue(0.6) && (calm.has(kind) || !isCalm)) drawn.set(kind, Math.min(share * factor, 1));
  }
  const counts = new Map<FaultKind, number>();
  let isOn = true;

  function count(kind: FaultKind, who: string, detail = ""): void {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    trace.note(who, () => `!! ${kind} ${detail}`.trimEnd());
  }

  return {
    get isOn() {
      return isOn;
    },
    isCalm,
    counts,
    mayHappen: (kind) => drawn.has(kind),
    happens(kind, who) {
      // Drawn in any case, so that switching off changes nothing else.
      const isDrawn = chance.isTrue(drawn.get(kind) ?? 0);
      if (!isOn || !isDrawn) return false;
      count(kind, who);
      return true;
    },
    count,
    switchOff() {
      isOn = false;
    },
  };
}
