import type { Clock, GateKey } from "@sluice/core";

/**
 * Which gates this worker's own runs have just asked to be closed: from the moment that a provider said "not now" until the
 * closing is committed, the store does not know it yet, and what is claimed meanwhile would be refused, too.
 */
export interface GateWatch {
  noteClosing(gate: GateKey): void;
  noteCommitted(gate: GateKey): void;
  /** Whether a closing of one of the gates waits to be committed. */
  isClosing(gates: readonly GateKey[]): boolean;
  /** Whether jobs of a claim that was sent at `sentAtMs` (monotonic) may have passed one of the gates before it closed. */
  mayHaveClosedSince(gates: readonly GateKey[], sentAtMs: number): boolean;
}

export function createGateWatch(clock: Clock): GateWatch {
  const uncommitted = new Map<GateKey, number>();
  const committedAtMs = new Map<GateKey, number>();
  const isClosing = (gates: readonly GateKey[]) => gates.some((gate) => (uncommitted.get(gate) ?? 0) > 0);

  return {
    isClosing,
    noteClosing(gate) {
      uncommitted.set(gate, (uncommitted.get(gate) ?? 0) + 1);
    },
    noteCommitted(gate) {
      uncommitted.set(gate, Math.max(0, (uncommitted.get(gate) ?? 0) - 1));
      committedAtMs.set(gate, clock.monotonicMs());
    },
    mayHaveClosedSince: (gates, sentAtMs) =>
      isClosing(gates) ||
      gates.some((gate) => (committedAtMs.get(gate) ?? Number.NEGATIVE_INFINITY) >= sentAtMs),
  };
}

/** The gate that a run asks to be closed, if any. */
export function gateToClose(outcome: { readonly type: string; readonly gateKey?: GateKey }): GateKey | null {
  return outcome.gateKey ?? null;
}
