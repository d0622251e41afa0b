import { describe } from "vitest";
import { describeClaim } from "./claim.js";
import { describeCommit } from "./commit.js";
import { describeCommitFence } from "./commit-fence.js";
import { describeDedupe } from "./dedupe.js";
import { describeEnqueue } from "./enqueue.js";
import { describeGatePermits } from "./gate-permits.js";
import { describeGates } from "./gates.js";
import { describeSave } from "./save.js";
import type { CreateStore } from "./store-under-test.js";

/**
 * What every job store must do, as vitest suites, one per topic. `createStore` is called once per topic; what the store says
 * that it `supports` is tested, too.
 */
export function describeStoreContract<Tx>({
  name,
  createStore,
}: {
  readonly name: string;
  readonly createStore: CreateStore<Tx>;
}): void {
  describe(`${name} keeps the contract of stores`, () => {
    describeEnqueue(createStore);
    describeDedupe(createStore);
    describeClaim(createStore);
    describeCommit(createStore);
    describeCommitFence(createStore);
    describeSave(createStore);
    describeGates(createStore);
    describeGatePermits(createStore);
  });
}
