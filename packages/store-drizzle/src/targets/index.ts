export { migrateTargets } from "./migrate-targets.js";
export type { PutAnswer, PutTarget } from "./put-targets.js";
export {
  createTargetRepository,
  type StoredTarget,
  type StoredTargetRepository,
} from "./target-repository.js";
export { targets } from "./targets-table.js";
