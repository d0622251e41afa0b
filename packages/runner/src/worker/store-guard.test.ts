import { expect, test } from "vitest";
import { createSeededRandom } from "../testing/seeded-random.js";
import { createVirtualClock } from "../testing/virtual-clock.js";
import { createStoreGuard } from "./store-guard.js";

function createScene() {
  const clock = createVirtualClock();
  const guard = createStoreGuard({
    clock,
    random: createSeededRandom(1),
    leaseMs: 15_000,
    emit: () => undefined,
  });
  const answer = () => guard.call("claim", () => Promise.resolve(1));
  const fail = () => guard.call("claim", () => Promise.reject(new Error("no connection")));
  return { clock, guard, answer, fail };
}

test("an outage counts from the last answer, not from the question at which an idle worker noticed it", async () => {
  const { clock, guard, answer, fail } = createScene();
  await answer();
  await clock.advance(6_000);
  await fail();
  expect(guard.isSilent).toBe(true);
  await clock.advance(6_000);
  await answer();
  expect(guard.isSilent).toBe(false);
  expect(guard.outageEndedAtMs).toBe(12_000);
});

test("a failure between answers that follow one another is no outage", async () => {
  const { clock, guard, answer, fail } = createScene();
  await answer();
  await clock.advance(6_000);
  await fail();
  await clock.advance(1_000);
  await answer();
  expect(guard.outageEndedAtMs).toBeNull();
});
