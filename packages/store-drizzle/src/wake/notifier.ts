import type { Wake } from "@sluice/core";

export interface Notifier {
  /** Never throws and is not waited for: whoever is not woken finds the work when it polls. */
  readonly send: (wakes: readonly Wake[]) => void;
  /** Sends what is held back, and resolves when it is on its way. */
  readonly close: () => Promise<void>;
}

export interface NotifierOptions {
  readonly notify: (wakes: readonly Wake[]) => Promise<void>;
  /** Within so many ms a task type is named once at the beginning and, if there was more, once at the end. */
  readonly debounceMs: number;
}

/** Leading and trailing edge per task type: the first job wakes at once, a thousand more wake once again. */
export function createNotifier({ notify, debounceMs }: NotifierOptions): Notifier {
  const resting = new Map<string, { readonly timer: NodeJS.Timeout; hasMore: boolean }>();
  const sending = new Set<Promise<void>>();

  function post(wakes: readonly Wake[]): void {
    if (wakes.length === 0) return;
    const sent: Promise<void> = notify(wakes)
      .catch(() => undefined)
      .finally(() => sending.delete(sent));
    sending.add(sent);
  }

  function rest(taskType: string): void {
    const timer = setTimeout(() => {
      const { hasMore = false } = resting.get(taskType) ?? {};
      resting.delete(taskType);
      if (!hasMore) return;
      rest(taskType);
      post([{ type: "jobs", taskTypes: [taskType] }]);
    }, debounceMs);
    timer.unref();
    resting.set(taskType, { timer, hasMore: false });
  }

  /** Those to name now; the others are named when they have rested. */
  function leadingEdge(taskTypes: readonly string[]): readonly string[] {
    return taskTypes.filter((taskType) => {
      const rested = resting.get(taskType);
      if (rested === undefined) rest(taskType);
      else rested.hasMore = true;
      return rested === undefined;
    });
  }

  return {
    send: (wakes) => {
      const named = new Set(wakes.flatMap((wake) => (wake.type === "jobs" ? wake.taskTypes : [])));
      const taskTypes = leadingEdge([...named]);
      post([
        ...wakes.filter(({ type }) => type !== "jobs"),
        ...(taskTypes.length === 0 ? [] : [{ type: "jobs", taskTypes } as const]),
      ]);
    },
    close: async () => {
      const late = [...resting].filter(([, { hasMore }]) => hasMore).map(([taskType]) => taskType);
      for (const { timer } of resting.values()) clearTimeout(timer);
      resting.clear();
      if (late.length > 0) post([{ type: "jobs", taskTypes: late }]);
      await Promise.all(sending);
    },
  };
}
