export { enrichEntitySummaryKeywords } from "./enrich-entity-summary-keywords.js";
export { generateTopics } from "./generate-topics.js";
