export { aiCalls } from "./ai-calls-table.js";
export { type CallLedgerOptions, createCallLedger } from "./call-ledger.js";
export { migrateCalls } from "./migrate-calls.js";
export { type PruneCallsRequest, pruneCalls } from "./prune-calls.js";
export { type CostGroup, type CostQuery, type CostSum, sumCosts } from "./sum-costs.js";
