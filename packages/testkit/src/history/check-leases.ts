import type { CommitAnswer } from "@sluice/core";
import { type CommitCall, callsOf, type History, hasDatabaseCrashed, type RecordedRun } from "./history.js";
import { type Violation, violation } from "./violation.js";

/** No lease is given out twice, unless a database crash made it forget the first time; then the nonces differ. */
export function checkLeases(history: History): readonly Violation[] {
  const hasCrashed = hasDatabaseCrashed(history);
  const seen = new Set<string>();
  return callsOf(history, "claim").flatMap(({ answer }) =>
    (answer ?? []).flatMap(({ jobId, leaseNo, claimNonce }) => {
      const lease = hasCrashed ? `${jobId} ${leaseNo} ${claimNonce}` : `${jobId} ${leaseNo}`;
      if (!seen.has(lease)) {
        seen.add(lease);
        return [];
      }
      return [violation("one-lease", jobId, `lease ${leaseNo} was given out twice`)];
    }),
  );
}

export interface AnsweredRun {
  readonly run: RecordedRun;
  readonly answer: CommitAnswer;
}

export function answeredRuns(history: History): readonly AnsweredRun[] {
  return callsOf(history, "commit").flatMap((call: CommitCall) =>
    call.asked.flatMap((run, index) => {
      const answer = call.answer?.[index];
      return answer === undefined ? [] : [{ run, answer }];
    }),
  );
}

/** A run that is sent again is answered the same, as long as its job is there. */
export function checkAnswersAgree(history: History): readonly Violation[] {
  const first = new Map<string, string>();
  return answeredRuns(history).flatMap(({ run, answer }) => {
    if (answer.type === "not-found") return [];
    const fence = `${run.jobId} ${run.leaseNo} ${run.claimNonce}`;
    const text = answer.type === "committed" ? `committed: ${answer.outcome}, ${answer.status}` : answer.type;
    const before = first.get(fence) ?? text;
    first.set(fence, before);
    return before === text
      ? []
      : [violation("one-lease", run.jobId, `lease ${run.leaseNo} was answered "${before}", then "${text}"`)];
  });
}
