import { expect, test } from "vitest";
import { type PlantedBugName, plantedBugs } from "./planted-bugs.js";
import { simulate } from "./simulate.js";

const maxSeeds = 200;

/** The law that each mistake breaks, among others perhaps. */
const laws: { readonly [Bug in PlantedBugName]: string } = {
  "forgets-the-fence": "one-end-per-lease",
  "gives-no-attempt-back": "job",
  "shortens-a-closing": "gate",
  "forgets-a-gate": "gate",
  "loses-a-job": "requests",
  "forgets-a-rerun": "requests",
  "writes-outside-the-transaction": "requests",
  "forgets-renewals": "lease",
  "answers-without-committing": "one-end-per-lease",
  "claims-twice": "one-lease",
  "hides-cancels": "cancel",
  "wakes-nobody": "idleness",
  "never-says-when": "idleness",
  "never-takes-back": "liveness",
};

test.each(Object.entries(laws))(
  "a store that %s breaks the law of %s",
  async (bug, law) => {
    const broken = new Set<string>();
    for (let seed = 1; seed <= maxSeeds; seed++) {
      const { violations } = await simulate(seed, { plant: plantedBugs[bug as PlantedBugName] });
      for (const violation of violations) broken.add(violation.law);
      if (broken.has(law)) break;
    }
    expect([...broken]).toContain(law);
  },
  60_000,
);
