import type { ClaimAnswer } from "@sluice/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openMemoryStore } from "../memory-store-under-test.js";
import type { CreateStore, StoreUnderTest } from "../store-under-test.js";
import { Side } from "./side.js";
import { type Step, steps } from "./step.js";
import { visibleLedgers, visibleState } from "./visible-state.js";

export interface StoreModel<Tx> {
  /** Of the store, for the titles. */
  readonly name: string;
  /** Called once per script, and for each attempt to shorten one that fails. The store's clock must stand still. */
  readonly createStore: CreateStore<Tx>;
  /** Default 100. */
  readonly scripts?: number;
  /** Default 40. */
  readonly stepsPerScript?: number;
  /** To see a failure again: fast-check prints it. */
  readonly seed?: number;
  readonly timeoutMs?: number;
}

/**
 * Runs random scripts on the memory store, which is made of core's functions, and on the store under test, and compares what
 * both answer and what can be seen of them after each step. A script that fails is shortened, and printed with its seed.
 */
export function describeStoreModel<Tx>(model: StoreModel<Tx>): void {
  const { name, createStore, scripts = 100, stepsPerScript = 40, seed, timeoutMs = 120_000 } = model;
  describe(`${name} and the memory store`, () => {
    test("do the same in every script", { timeout: timeoutMs }, async () => {
      const script = fc.array(steps, {
        minLength: Math.ceil(stepsPerScript / 2),
        maxLength: stepsPerScript,
        size: "max",
      });
      await fc.assert(
        fc.asyncProperty(script, async (taken) => {
          const under = await createStore();
          try {
            await runScript(taken, under);
          } finally {
            await under.close();
          }
        }),
        {
          numRuns: scripts,
          ...(seed !== undefined && { seed }),
          // In time to say what was found, and how to see it again, before the test is stopped.
          interruptAfterTimeLimit: timeoutMs * 0.8,
          markInterruptAsFailure: true,
        },
      );
    });
  });
}

async function runScript<Tx>(script: readonly Step[], under: StoreUnderTest<Tx>): Promise<void> {
  const now = await under.store.now();
  const modelled = await openMemoryStore({ clock: () => now });
  const [tested, model] = [new Side(under), new Side(modelled)];
  for (const [index, step] of script.entries()) {
    const [answer, expected] = [await tested.take(step), await model.take(step)];
    const where = `step ${index + 1}, ${JSON.stringify(step)}`;
    if (step.do === "claim")
      expectSameClaims(answer as readonly ClaimAnswer[], expected as readonly ClaimAnswer[], where);
    else expect(answer, where).toEqual(expected);
    expect(await visibleState(under), `the state after ${where}`).toEqual(await visibleState(modelled));
  }
  expect(await visibleLedgers(under), "the ledgers").toEqual(await visibleLedgers(modelled));
}

/** A store may tell workers to come back too early, never too late. */
function expectSameClaims(
  answers: readonly ClaimAnswer[],
  expected: readonly ClaimAnswer[],
  where: string,
): void {
  expect(
    answers.map(({ jobs }) => jobs),
    where,
  ).toEqual(expected.map(({ jobs }) => jobs));
  for (const [index, { retryInMs }] of expected.entries())
    expect(
      answers[index]?.retryInMs ?? Number.POSITIVE_INFINITY,
      `${where}: comes back in time`,
    ).toBeLessThanOrEqual(retryInMs ?? Number.POSITIVE_INFINITY);
}
