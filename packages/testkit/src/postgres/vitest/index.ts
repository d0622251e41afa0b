export { createTestDatabase } from "./create-test-database.js";
