export { type FrozenClock, freezeClock } from "./freeze-clock.js";
