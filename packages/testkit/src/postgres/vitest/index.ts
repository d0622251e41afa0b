export { createTestDatabase } from "./create-test-database.js";
export { setup } from "./global-setup.js";
