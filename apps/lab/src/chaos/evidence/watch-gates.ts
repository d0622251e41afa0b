import { setTimeout as sleep } from "node:timers/promises";
import type { Gate, InspectStore } from "@sluice/core";
import type { ListGatesCall } from "@sluice/testkit";

const lookEveryMs = 40;

/** Looks at the gates again and again, and keeps what it saw whenever something was closed, and other than before. */
export function watchGates(
  store: Pick<InspectStore, "listGates">,
  tick: () => number,
): { readonly seen: readonly ListGatesCall[]; end(): Promise<void> } {
  const seen: ListGatesCall[] = [];
  let isEnding = false;
  let last = "";

  async function look(): Promise<void> {
    const startedAt = tick();
    const answer = await store.listGates();
    const closed = answer.filter(({ closing, pausedUntil }) => closing !== null || pausedUntil !== null);
    const looks = JSON.stringify(closed.map(whatIsClosed));
    if (looks === last) return;
    last = looks;
    seen.push({ type: "list-gates", startedAt, answeredAt: tick(), asked: null, answer: closed });
  }

  async function watch(): Promise<void> {
    while (!isEnding) {
      await look().catch(() => undefined);
      await sleep(lookEveryMs);
    }
  }

  const watching = watch();
  return {
    seen,
    end: async () => {
      isEnding = true;
      await watching;
    },
  };
}

function whatIsClosed({ key, closing, pausedUntil }: Gate): readonly unknown[] {
  return [key, closing?.until, pausedUntil];
}
