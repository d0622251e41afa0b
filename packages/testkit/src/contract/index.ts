export { describeStoreContract, type StoreContract } from "./describe-store-contract.js";
export { describeStoreModel, type StoreModel } from "./model/describe-store-model.js";
export type { CreateStore, StoreUnderTest } from "./store-under-test.js";
