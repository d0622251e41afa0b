export type { ModelPrice, ModelPrices } from "./cost/model-prices.js";
export { priceDataDate } from "./cost/price-table.js";
export { createEmbeddedModel } from "./embedded/embedded-model.js";
export { type AiHandlersOptions, aiHandlers } from "./handlers/ai-handlers.js";
export { ModelConfigError } from "./models/model-config-error.js";
export { type ProviderEntry, type ProviderSettings, providers } from "./models/providers.js";
export { type Environment, type ResolvedModel, resolveModel } from "./models/resolve-model.js";
export { enrichEntitySummaryKeywords } from "./tasks/enrich-entity-summary-keywords.js";
export { generateTopics } from "./tasks/generate-topics.js";
