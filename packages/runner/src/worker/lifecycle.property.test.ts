import { defineTask, handle } from "@sluice/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createVirtualWorld, pass } from "../../test/virtual-world.js";

const task = defineTask({ type: "translate" });

const step = fc.oneof(
  fc.constant({ type: "start" } as const),
  fc.record({ type: fc.constant("stop" as const), graceMs: fc.nat(3_000) }),
  fc.record({ type: fc.constant("advance" as const), ms: fc.nat(2_000) }),
  fc.record({ type: fc.constant("enqueue" as const), count: fc.integer({ min: 1, max: 5 }) }),
);

test("starts and stops in any order, twice and at once: the last word holds, and no job is lost or run too often", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.integer(), async (steps, seed) => {
      const { clock, jobs, worker, store, written } = createVirtualWorld({ seed });
      const gauge = { running: 0, most: 0 };
      const handler = handle(task, {
        run: async ({ job, signal }) => {
          gauge.running += 1;
          gauge.most = Math.max(gauge.most, gauge.running);
          try {
            await pass(clock, (job.priority % 7) * 300);
            signal.throwIfAborted();
            return { save: (tx: string[]) => tx.push(job.id) };
          } finally {
            gauge.running -= 1;
          }
        },
      });
      const running = worker({ handlers: [handler], concurrency: 3, abortGraceMs: 5_000 });
      const ids: string[] = [];
      const said: Promise<void>[] = [];
      let last: "start" | "stop" = "stop";
      for (const each of steps) {
        if (each.type === "advance") await clock.advance(each.ms);
        else if (each.type === "enqueue") {
          const requests = Array.from({ length: each.count }, (_, n) => ({ priority: ids.length + n }));
          ids.push(...(await jobs.enqueueMany(task, requests)).ids);
        } else {
          said.push(each.type === "start" ? running.start() : running.stop(each));
          last = each.type;
        }
      }
      await clock.finish(Promise.all(said));
      expect(running.status.phase).toBe(last === "start" ? "working" : "stopped");
      expect(await store.listWorkers()).toHaveLength(last === "start" ? 1 : 0);
      if (last === "stop") {
        expect(gauge.running).toBe(0);
        await clock.runUntilIdle({ limitMs: 0 });
      }
      await clock.finish(running.start());
      await clock.advance(60_000);
      expect(written.toSorted()).toEqual(ids.toSorted());
      expect(gauge.most).toBeLessThanOrEqual(3);
      for (const id of ids) expect(await jobs.get(id)).toMatchObject({ status: "completed", attempts: 1 });
    }),
    { numRuns: 150 },
  );
});
