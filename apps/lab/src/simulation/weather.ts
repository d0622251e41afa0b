import type { FaultKind } from "./faults.js";
import type { Provider } from "./provider.js";
import type { World } from "./world.js";

const storms = ["store-outage", "provider-outage", "key-refused"] as const satisfies readonly FaultKind[];

/** Outages: trouble that everybody has at once. */
export function startWeather(world: World, provider: Provider): void {
  const { plan, clock, faults } = world;
  const chance = world.chance.fork("weather");

  function next(): void {
    clock.schedule(chance.gapMs(plan.troubleMs / 4), () => {
      if (!faults.isOn) return;
      const storm = chance.pick(storms);
      const forMs = chance.between(200, 2 * plan.leaseMs);
      if (faults.mayHappen(storm)) {
        faults.count(storm, "weather", `for ${Math.round(forMs)} ms`);
        if (storm === "store-outage") world.storeAwayUntilMs = clock.monotonicMs() + forMs;
        else provider.breakDown(forMs, storm);
      }
      next();
    });
  }

  next();
}
