import { createHash } from "node:crypto";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import { type GateKey, type GateLimits, modelGateKey, redact } from "@sluice/core";
import { type ProviderFamily, providerFamily } from "../provider-headers/provider-family.js";
import { isLocalUrl } from "./is-local-url.js";
import { ModelConfigError } from "./model-config-error.js";
import { type ProviderEntry, providers } from "./providers.js";
import { type Environment, readBaseUrl, readKey } from "./read-connection.js";

/** What is shorter ("none", "ollama") stands for a key where a server asks for none, and is a word of its messages, too. */
const leastKeyLength = 8;

/** A model, ready to be asked, and the gate of its quota. */
export interface ResolvedModel {
  readonly model: LanguageModelV4;
  /** `provider:model`, for logs, ledgers and content keys. */
  readonly name: string;
  readonly gateKey: GateKey;
  readonly family: ProviderFamily;
  /** Whose prices hold: a name that the price table may know, and where they answer. */
  readonly priceListOf: string | null;
  readonly baseUrl: string | null;
  /** Takes the model's key out of a text, whatever it looks like; that of an app's own model nobody knows. */
  readonly hideKey: (text: string) => string;
  /** What is sensible for such a model when the app says nothing. */
  readonly limits: Partial<GateLimits>;
}

/**
 * The model of a name like `openai:gpt-5-mini` from our own registry, or an AI SDK model object as it is. A name never
 * reaches the SDK's default gateway. Throws a ModelConfigError that says what is known.
 */
export function resolveModel(nameOrModel: string | LanguageModelV4, env: Environment): ResolvedModel {
  if (typeof nameOrModel !== "string") return resolveObject(nameOrModel);
  const { provider, modelId, entry } = parseModelName(nameOrModel.trim());
  const apiKey = readKey(provider, entry, env);
  const baseUrl = readBaseUrl(provider, entry, env);
  const model = entry.create({ modelId, apiKey, baseUrl: baseUrl ?? entry.defaultBaseUrl });
  return {
    model,
    name: `${provider}:${modelId}`,
    gateKey: modelGateKey({ provider, account: accountOf(apiKey, baseUrl), model: modelId }),
    family: providerFamily(model.provider, baseUrl),
    // Any server may be compatible: only its URL tells who it is.
    priceListOf: provider === "openai-compatible" ? null : provider,
    baseUrl,
    hideKey: (text) =>
      apiKey === null || apiKey.length < leastKeyLength ? text : text.replaceAll(apiKey, "[redacted]"),
    limits: { learn: provider !== "embedded" && !isLocalUrl(baseUrl) },
  };
}

function resolveObject(model: LanguageModelV4): ResolvedModel {
  const { provider, modelId } = model;
  return {
    model,
    name: `${provider}:${modelId}`,
    gateKey: modelGateKey({ provider: provider.replaceAll(":", "."), account: "app", model: modelId }),
    family: providerFamily(provider, null),
    priceListOf: provider.split(".")[0] ?? null,
    baseUrl: null,
    hideKey: (text) => text,
    limits: { learn: provider !== "embedded" },
  };
}

function parseModelName(name: string): { provider: string; modelId: string; entry: ProviderEntry } {
  const colon = name.indexOf(":");
  const provider = name.slice(0, Math.max(colon, 0));
  const modelId = name.slice(colon + 1);
  const entry = providers.get(provider);
  const known = [...providers.values()].map(({ example }) => example).join(", ");
  if (entry === undefined)
    throw new ModelConfigError(
      "unknown_provider",
      `unknown model ${shown(name)}: write provider:model, for example ${known}`,
    );
  const isName = /^[^\s\p{Cc}\p{Cs}]{1,200}$/u.test(modelId);
  if (!isName || (provider === "embedded" && modelId !== "extractive"))
    throw new ModelConfigError("bad_name", `no such model: ${shown(name)}; for example ${entry.example}`);
  return { provider, modelId, entry };
}

/** Somebody may have set the wrong variable: what looks like a key is not repeated. */
function shown(name: string): string {
  return JSON.stringify(redact(name.slice(0, 100)));
}

/** Whose quota it is: a hash, never the key itself. */
function accountOf(apiKey: string | null, baseUrl: string | null): string {
  if (apiKey === null && baseUrl === null) return "local";
  return createHash("sha256")
    .update(`${baseUrl ?? ""}\n${apiKey ?? ""}`)
    .digest("hex")
    .slice(0, 12);
}
