import type { StoreSupports } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { describeCancel } from "./cancel.js";
import { describeClaim } from "./claim.js";
import { describeCommit } from "./commit.js";
import { describeCommitFence } from "./commit-fence.js";
import { describeContention } from "./contention.js";
import { describeDedupe } from "./dedupe.js";
import { describeEnqueue } from "./enqueue.js";
import { describeGatePermits } from "./gate-permits.js";
import { describeGates } from "./gates.js";
import { describeLease } from "./lease.js";
import { describeLedger } from "./ledger.js";
import { describeListing } from "./listing.js";
import { describeRecordedContention } from "./recorded-contention.js";
import { describeRetention } from "./retention.js";
import { describeRetry } from "./retry.js";
import { describeSave } from "./save.js";
import type { CreateStore } from "./store-under-test.js";
import { describeTargetStatus } from "./target-status.js";
import { describeTransactions } from "./transactions.js";
import { describeUpkeep } from "./upkeep.js";
import { describeWakes, describeWorkers } from "./workers.js";

export interface StoreContract<Tx> {
  /** Of the store, for the titles. */
  readonly name: string;
  /** What its `supports` says; a test holds the two to each other. */
  readonly supports: StoreSupports;
  readonly createStore: CreateStore<Tx>;
}

/**
 * What every job store must do, as vitest suites, one per topic. `createStore` is called once per topic. Topics that need a
 * capability are left out only for stores that do not claim it.
 */
export function describeStoreContract<Tx>({ name, supports, createStore }: StoreContract<Tx>): void {
  describe(`${name} keeps the contract of stores`, () => {
    describeEnqueue(createStore);
    describeDedupe(createStore);
    describeTransactions(createStore);
    describeClaim(createStore);
    describeLease(createStore);
    describeCommit(createStore);
    describeCommitFence(createStore);
    describeSave(createStore);
    describeGates(createStore);
    describeGatePermits(createStore);
    describeCancel(createStore);
    describeRetry(createStore);
    describeLedger(createStore);
    describeTargetStatus(createStore);
    describeListing(createStore);
    describeUpkeep(createStore);
    describeRetention(createStore);
    describeWorkers(createStore);
    if (supports.notifications) describeWakes(createStore);
    if (supports.parallelConnections) {
      describeContention(createStore);
      describeRecordedContention(createStore);
    }

    test("the store supports what it is tested for", async () => {
      const { store, close } = await createStore();
      expect(store.supports).toEqual(supports);
      await close();
    });
  });
}
