import type { Clock } from "@sluice/core";

/** A process that can die, stand still, and be wrong about the time. Its code runs only by `enter`. */
export interface VirtualProcess {
  readonly name: string;
  readonly isAlive: boolean;
  readonly crashed: Promise<void>;
  /** Somebody sees to it that there is another one when it dies. */
  readonly mayCrash: boolean;
  /** What the process takes for the time. */
  readonly clock: Clock;
  /** Something comes in: runs at once, after the stall, or never. */
  enter(run: () => void): void;
  sleep(forMs: number): Promise<void>;
  /** Nothing of it runs any more. What it has sent is under way all the same. */
  crash(): void;
  /** Everything that comes in meanwhile comes in late. */
  stall(forMs: number): void;
  /** The machine's time is set, or the machine was asleep: then both jump. */
  jump(by: { readonly wallMs: number; readonly monotonicMs: number }): void;
}

export function createProcess(
  name: string,
  world: Clock,
  { rate = 1, onCrash }: { readonly rate?: number; readonly onCrash?: () => void } = {},
): VirtualProcess {
  let isAlive = true;
  let noteCrash: () => void = () => undefined;
  const crashed = new Promise<void>((resolve) => {
    noteCrash = resolve;
  });
  let stalledUntilMs = 0;
  let wallOffMs = 0;
  let monotonicOffMs = 0;

  function enter(run: () => void): void {
    if (!isAlive) return;
    const stalledMs = stalledUntilMs - world.monotonicMs();
    if (stalledMs > 0) world.schedule(stalledMs, () => enter(run));
    else run();
  }

  const clock: Clock = {
    monotonicMs: () => world.monotonicMs() * rate + monotonicOffMs,
    wallMs: () => world.wallMs() + wallOffMs,
    schedule(delayMs, run) {
      let isCancelled = false;
      const cancel = world.schedule(delayMs / rate, () => enter(() => (isCancelled ? undefined : run())));
      return () => {
        isCancelled = true;
        cancel();
      };
    },
  };

  return {
    name,
    get isAlive() {
      return isAlive;
    },
    crashed,
    mayCrash: onCrash !== undefined,
    clock,
    enter,
    sleep: (forMs) => new Promise((resolve) => clock.schedule(forMs, resolve)),
    crash() {
      if (!isAlive) return;
      isAlive = false;
      noteCrash();
      onCrash?.();
    },
    stall(forMs) {
      stalledUntilMs = Math.max(stalledUntilMs, world.monotonicMs() + forMs);
    },
    jump({ wallMs, monotonicMs }) {
      wallOffMs += wallMs;
      monotonicOffMs += monotonicMs;
    },
  };
}
