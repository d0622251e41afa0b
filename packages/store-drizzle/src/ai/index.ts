export { aiCalls } from "./ai-calls-table.js";
export { createCallLedger } from "./call-ledger.js";
