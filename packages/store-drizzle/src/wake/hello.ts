import { randomUUID } from "node:crypto";

/** A text that one sends to oneself, to find out whether the way there is one. */
export interface Hello {
  readonly text: string;
  /** To be told of everything that is heard. */
  hear(text: string): void;
  /** `false` when it has not been heard in time. */
  comesBack(timeoutMs: number): Promise<boolean>;
}

export function makeHello(): Hello {
  const text = JSON.stringify({ type: "hello", id: randomUUID() });
  let heard = (): void => undefined;
  const isHeard = new Promise<true>((resolve) => {
    heard = () => resolve(true);
  });
  return {
    text,
    hear: (other) => {
      if (other === text) heard();
    },
    comesBack: async (timeoutMs) => {
      let timer: NodeJS.Timeout | undefined;
      const isLate = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), timeoutMs);
      });
      const isBack = await Promise.race([isHeard, isLate]);
      clearTimeout(timer);
      return isBack;
    },
  };
}
