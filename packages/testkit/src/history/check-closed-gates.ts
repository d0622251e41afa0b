import { type EpochMs, type Gate, type GateKey, taskGateKey } from "@sluice/core";
import {
  type ClaimCall,
  callsOf,
  type History,
  type ListGatesCall,
  type OperateGateCall,
} from "./history.js";
import { type Violation, violation } from "./violation.js";

/** A gate that a call showed to be closed until that instant of the store's clock. */
interface SeenClosed {
  readonly key: GateKey;
  readonly until: EpochMs;
  readonly by: ListGatesCall | OperateGateCall;
}

/** No claim that began after a gate was known to be closed took a job through it, unless an operator had a hand in it. */
export function checkClosedGates(history: History): readonly Violation[] {
  const closed = seenClosed(history);
  return callsOf(history, "claim").flatMap((claim) =>
    (claim.answer ?? []).flatMap(({ jobId, taskType, claimedAt }) => {
      const gates = gatesPassed(history, claim, taskType);
      const passed = closed.find(
        (seen) =>
          gates.has(seen.key) &&
          isBefore(seen.by, claim) &&
          claimedAt < seen.until &&
          !mayBeOpened(history, seen, claim),
      );
      if (passed === undefined) return [];
      const earlyMs = passed.until - claimedAt;
      return [violation("closed-gates", jobId, `passed ${passed.key} ${earlyMs} ms before it opens`)];
    }),
  );
}

function seenClosed(history: History): readonly SeenClosed[] {
  const calls = [...callsOf(history, "list-gates"), ...callsOf(history, "operate-gate")];
  return calls.flatMap((by) =>
    gatesIn(by).flatMap((gate) => {
      const until = Math.max(gate.closing?.until ?? 0, gate.pausedUntil ?? 0) as EpochMs;
      return until === 0 ? [] : [{ key: gate.key, until, by }];
    }),
  );
}

function gatesIn({ answer }: ListGatesCall | OperateGateCall): readonly Gate[] {
  if (answer === null) return [];
  return "key" in answer ? [answer] : answer;
}

interface Timed {
  readonly startedAt: number;
  readonly answeredAt: number | null;
}

/** Answered before the other began. */
function isBefore(one: Timed, other: Timed): boolean {
  return one.answeredAt !== null && one.answeredAt < other.startedAt;
}

/** Another word of an operator on the gate that may have taken effect after it was seen, and before the claim. */
function mayBeOpened(history: History, seen: SeenClosed, claim: ClaimCall): boolean {
  return callsOf(history, "operate-gate").some(
    (call) =>
      call !== seen.by && call.asked.key === seen.key && !isBefore(call, seen.by) && !isBefore(claim, call),
  );
}

/** The task's own gate, and those that were declared before the claim and in every declaration since. */
function gatesPassed(history: History, claim: ClaimCall, taskType: string): ReadonlySet<GateKey> {
  const declarations = callsOf(history, "put-task-gates").filter(({ asked }) => asked.taskType === taskType);
  const declared = declarations.filter((call) => isBefore(call, claim)).flatMap(({ asked }) => asked.gates);
  const always = declared.filter((key) => declarations.every(({ asked }) => asked.gates.includes(key)));
  return new Set([taskGateKey(taskType), ...always]);
}
