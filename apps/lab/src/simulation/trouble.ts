import type { Chance } from "./chance.js";
import type { FaultKind } from "./faults.js";
import type { VirtualProcess } from "./virtual-process.js";
import type { World } from "./world.js";

const troubles = ["crash", "stall", "clock-jump", "restart"] as const satisfies readonly FaultKind[];

/** What befalls one process, at any time. */
export function startTrouble(
  { plan, faults }: World,
  {
    process,
    chance,
    restart,
  }: { readonly process: VirtualProcess; readonly chance: Chance; readonly restart: () => void },
): void {
  const { leaseMs, troubleEveryMs } = plan;

  function next(): void {
    process.clock.schedule(chance.gapMs(troubleEveryMs), () => {
      if (!faults.isOn) return;
      const kind = chance.pick(troubles);
      if (faults.mayHappen(kind)) befall(kind);
      next();
    });
  }

  function befall(kind: (typeof troubles)[number]): void {
    const wallMs = Math.round(chance.between(-3_600_000, 3_600_000));
    const passedMs = Math.round(leaseMs * chance.between(0.2, 3));
    const monotonicMs = chance.isTrue(0.3) ? passedMs : 0;
    const deeds = {
      crash: { detail: "", run: process.crash },
      stall: { detail: `for ${passedMs} ms`, run: () => process.stall(passedMs) },
      "clock-jump": {
        detail: `by ${wallMs} and ${monotonicMs} ms`,
        run: () => process.jump({ wallMs, monotonicMs }),
      },
      restart: { detail: "", run: restart },
    };
    const { detail, run } = deeds[kind];
    faults.count(kind, process.name, detail);
    run();
  }

  next();
}
