export { createPool, type PoolOptions } from "./create-pool.js";
