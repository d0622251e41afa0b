import { type NewJob, newJob, toEpochMs } from "@sluice/core";
import { createMemoryStore } from "@sluice/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { asAlike } from "../src/enqueue/insert-alike.js";
import { claimRequest, request } from "./sample-jobs.js";
import { now, runs, states, useStoppedStore } from "./stopped-store.js";

const world = useStoppedStore();
const instant = fc.integer({ min: -100_000, max: 100_000 }).map((ms) => toEpochMs(now + ms));

test("requests that differ in nothing but their payload become what core makes of each of them", async () => {
  const time = fc.oneof(
    fc.constantFrom({ inMs: 0 }, { at: now }),
    fc.record({ inMs: fc.nat(100_000) }),
    fc.record({ at: instant }),
  );
  const common = fc.record({
    priority: fc.integer({ min: -2, max: 2 }),
    maxAttempts: fc.integer({ min: 1, max: 9 }),
    due: time,
    deadline: fc.option(time),
  });
  const payloads = fc.array(fc.constantFrom<NewJob["payload"]>(null, { q: 'a"b\\c' }, ["{x,y}"], "ä", 1.5), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(common, payloads, async (alike, given) => {
      await world.clear();
      const requests = given.map((payload) => request({ ...alike, payload }));
      expect(asAlike(requests)).not.toBeNull();
      expect(await world.store.enqueue(requests)).toEqual(
        requests.map(({ id }) => ({ id, outcome: "created" })),
      );
      for (const one of requests) expect(await world.store.getJob(one.id)).toEqual(newJob(one, now));
      const ready = requests.filter((one) => newJob(one, now).dueAt <= now).map(({ id }) => id);
      const rows = await world.session.run(states);
      expect(
        rows
          .filter(({ state }) => state === 0)
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(ready.toSorted());
    }),
    runs,
  );
}, 60_000);

test("requests with keys come to what they come to in the memory store", async () => {
  const asked = fc.record({
    key: fc.option(fc.constantFrom("a", "b", "c")),
    mode: fc.constantFrom("keep", "replace", "rerun"),
    taskType: fc.constantFrom("translate", "summarise"),
    priority: fc.nat(3),
    payload: fc.constantFrom<NewJob["payload"]>(null, { lang: "de" }, ["x"], "text"),
    dueInMs: fc.constantFrom(0, 5_000),
  });
  const step = fc.oneof(fc.array(asked, { minLength: 1, maxLength: 6 }), fc.constant("claim" as const));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (script) => {
      await world.clear();
      const oracle = createMemoryStore({ clock: () => now });
      const ids: NewJob["id"][] = [];
      for (const one of script) {
        if (one === "claim") {
          const claiming = claimRequest({ limit: 2, tasks: [{ taskType: "translate", limit: 2 }] });
          expect((await world.store.claim(claiming)).jobs).toEqual((await oracle.claim(claiming)).jobs);
          continue;
        }
        const requests = one.map(({ key, mode, taskType, priority, payload, dueInMs }) =>
          request({
            taskType,
            priority,
            payload,
            due: { inMs: dueInMs },
            dedupe: key === null ? null : { key, mode },
          }),
        );
        ids.push(...requests.map(({ id }) => id));
        expect(await world.store.enqueue(requests)).toEqual(await oracle.enqueue(requests));
      }
      for (const id of ids) expect(await world.store.getJob(id)).toEqual(await oracle.getJob(id));
    }),
    runs,
  );
}, 60_000);
