import { describe, expect, test } from "vitest";
import { everyEvent, everyJob } from "../../test/every-case.js";
import { defaultJobPolicy } from "./job-policy.js";
import { isTerminalStatus, jobStatuses } from "./job-status.js";
import { transitionJob } from "./transition-job.js";
import { transitionTable } from "./transition-table.js";

type Transition = `${string} --${string}--> ${string}`;

function seenTransitions(): Set<Transition> {
  const seen = new Set<Transition>();
  for (const job of everyJob)
    for (const event of everyEvent) {
      const decision = transitionJob(job, event, defaultJobPolicy);
      if (decision.outcome === "accepted")
        seen.add(`${job.status} --${event.type}--> ${decision.next.status}`);
    }
  return seen;
}

function listedTransitions(): Set<Transition> {
  return new Set(
    jobStatuses.flatMap((from) =>
      Object.entries(transitionTable[from]).flatMap(([event, next]) =>
        next.map((to): Transition => `${from} --${event}--> ${to}`),
      ),
    ),
  );
}

describe("the table and the reducer say the same", () => {
  const seen = seenTransitions();
  const listed = listedTransitions();

  test.each([...seen])("%s is accepted, so it is listed", (transition) => {
    expect(listed).toContain(transition);
  });

  test.each([...listed])("%s is listed, so some job takes it", (transition) => {
    expect(seen).toContain(transition);
  });
});

test("the only way out of a terminal status is a retry, and completed has none", () => {
  const ways = jobStatuses.filter(isTerminalStatus).map((status) => Object.keys(transitionTable[status]));
  expect(new Set(ways.flat())).toEqual(new Set(["retry-requested"]));
  expect(transitionTable.completed).toEqual({});
});
