import {
  type EpochMs,
  type Gate,
  type GateKey,
  isGateOpen,
  isProbing,
  needsPermits,
  newGate,
  noLimits,
  type Wake,
} from "@sluice/core";
import { toGate, toGateRecord } from "../rows/gate-row.js";
import { toInstant } from "../rows/instant.js";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { createGates } from "./create-gates.js";
import { lockGates } from "./lock-gates.js";
import { writeGates } from "./write-gates.js";

/** One of core's functions, applied to a gate. The same object means that nothing changes. */
export interface GateChange {
  readonly key: GateKey;
  readonly change: (gate: Gate, now: EpochMs) => Gate;
}

export interface ChangedGates {
  readonly gates: readonly Gate[];
  readonly wakes: readonly Wake[];
}

/**
 * Applies changes to gates under their locks, in key order, several to one gate in the order given; gates that are not there are
 * made. Must be the last that its transaction locks. Answers the gates as they are then, in key order.
 */
export async function changeGates(session: Session, changes: readonly GateChange[]): Promise<ChangedGates> {
  if (changes.length === 0) return { gates: [], wakes: [] };
  const keys = [...new Set(changes.map(({ key }) => key))];
  let rows = await session.run(lockGates, arrayLiteral(keys));
  if (rows.length < keys.length) {
    const missing = keys.filter((key) => !rows.some((row) => row.key === key));
    await session.run(
      createGates,
      JSON.stringify(missing.map((key) => toGateRecord(newGate(key, noLimits)))),
    );
    rows = await session.run(lockGates, arrayLiteral(keys));
  }
  const changed = rows.map((row) => {
    const [before, now] = [toGate(row), toInstant(row.now)];
    const own = changes.filter(({ key }) => key === before.key);
    return { before, now, after: own.reduce((gate, { change }) => change(gate, now), before) };
  });
  const written = changed.filter(({ before, after }) => after !== before);
  if (written.length > 0)
    await session.run(writeGates, JSON.stringify(written.map(({ after }) => toGateRecord(after))));
  return {
    gates: changed.map(({ after }) => after),
    wakes: written.filter(isWorthWaking).map(({ after }) => ({ type: "gate", key: after.key })),
  };
}

/** Whether others have to think anew: what may pass has changed, not only by how much. */
function isWorthWaking({ before, after, now }: { before: Gate; after: Gate; now: EpochMs }): boolean {
  return (
    isGateOpen(before, now) !== isGateOpen(after, now) ||
    isProbing(before, now) !== isProbing(after, now) ||
    needsPermits(before) !== needsPermits(after)
  );
}
