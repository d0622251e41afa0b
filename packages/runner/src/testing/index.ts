export { createSeededRandom } from "./seeded-random.js";
export { createVirtualClock, type VirtualClock } from "./virtual-clock.js";
