export { describeStoreContract, type StoreContract } from "./describe-store-contract.js";
export type { CreateStore, StoreUnderTest } from "./store-under-test.js";
