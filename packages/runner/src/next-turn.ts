// The platform's own, taken when this is loaded: an app's tests may replace the timers by ones that stand still.
export const setNextTurn = globalThis.setImmediate;
export const clearNextTurn = globalThis.clearImmediate;
