import type { GateKey } from "@sluice/core";

/**
 * Which gates this worker's own runs have just asked to be closed: from the moment that a provider said "not now" until the
 * closing is committed, the store does not know it yet, and what is claimed meanwhile would be refused, too.
 */
export interface GateWatch {
  noteClosing(gate: GateKey): void;
  noteCommitted(gate: GateKey): void;
  /** Whether a closing of one of the gates waits to be committed. */
  isClosing(gates: readonly GateKey[]): boolean;
  /** A point in the order of things, to ask about later. */
  mark(): number;
  /** Whether jobs of a claim that was sent at the mark may have passed one of the gates before it closed. */
  mayHaveClosedSince(gates: readonly GateKey[], mark: number): boolean;
}

export function createGateWatch(): GateWatch {
  const uncommitted = new Map<GateKey, number>();
  const committedAt = new Map<GateKey, number>();
  let closings = 0;
  const isClosing = (gates: readonly GateKey[]) => gates.some((gate) => (uncommitted.get(gate) ?? 0) > 0);

  return {
    isClosing,
    noteClosing(gate) {
      uncommitted.set(gate, (uncommitted.get(gate) ?? 0) + 1);
    },
    noteCommitted(gate) {
      closings += 1;
      committedAt.set(gate, closings);
      uncommitted.set(gate, (uncommitted.get(gate) ?? 0) - 1);
    },
    mark: () => closings,
    mayHaveClosedSince: (gates, mark) =>
      isClosing(gates) || gates.some((gate) => (committedAt.get(gate) ?? 0) > mark),
  };
}
