import { createHash } from "node:crypto";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import { type GateKey, type GateLimits, modelGateKey } from "@sluice/core";
import { ModelConfigError } from "./model-config-error.js";
import { type ProviderEntry, providers } from "./providers.js";

/** Where keys and base URLs are looked up; `process.env`, usually. */
export type Environment = { readonly [name: string]: string | undefined };

/** A model, ready to be asked, and the gate of its quota. */
export interface ResolvedModel {
  readonly model: LanguageModelV4;
  /** `provider:model`, for logs, ledgers and content keys. */
  readonly name: string;
  readonly gateKey: GateKey;
  /** What is sensible for such a model when the app says nothing. */
  readonly limits: Partial<GateLimits>;
}

/**
 * The model of a name like `openai:gpt-5-mini` from our own registry, or an AI SDK model object as it is. A name never
 * reaches the SDK's default gateway. Throws a ModelConfigError that says what is known.
 */
export function resolveModel(nameOrModel: string | LanguageModelV4, env: Environment): ResolvedModel {
  if (typeof nameOrModel !== "string") {
    const { provider, modelId } = nameOrModel;
    const gateKey = modelGateKey({ provider: provider.replaceAll(":", "."), account: "app", model: modelId });
    return { model: nameOrModel, name: `${provider}:${modelId}`, gateKey, limits: { learn: true } };
  }
  const { provider, modelId, entry } = parseModelName(nameOrModel);
  const apiKey = readKey(provider, entry, env);
  const baseUrl = readBaseUrl(provider, entry, env);
  return {
    model: entry.create({ modelId, apiKey, baseUrl }),
    name: nameOrModel,
    gateKey: modelGateKey({ provider, account: accountOf(apiKey, baseUrl), model: modelId }),
    limits: { learn: provider !== "embedded" && !isLocal(baseUrl) },
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
      `unknown model ${JSON.stringify(name)}: write provider:model, for example ${known}`,
    );
  if (modelId.trim() === "" || (provider === "embedded" && modelId !== "extractive"))
    throw new ModelConfigError(
      "bad_name",
      `no such model: ${JSON.stringify(name)}; for example ${entry.example}`,
    );
  return { provider, modelId, entry };
}

function readKey(provider: string, entry: ProviderEntry, env: Environment): string | null {
  for (const variable of entry.keyVariables) {
    const key = env[variable]?.trim();
    if (key !== undefined && key !== "") return key;
  }
  if (!entry.isKeyRequired) return null;
  throw new ModelConfigError(
    "missing_key",
    `${provider} needs an API key: set ${entry.keyVariables.join(" or ")}`,
  );
}

function readBaseUrl(provider: string, entry: ProviderEntry, env: Environment): string | null {
  if (entry.baseUrlVariable === null) return null;
  const text = env[entry.baseUrlVariable]?.trim();
  if (text === undefined || text === "") {
    if (!entry.isBaseUrlRequired) return null;
    const hint = "for example http://localhost:11434/v1 (Ollama)";
    throw new ModelConfigError("missing_base_url", `${provider} needs ${entry.baseUrlVariable}, ${hint}`);
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new ModelConfigError(
      "bad_base_url",
      `${entry.baseUrlVariable} must be an http(s) URL, got ${JSON.stringify(text)}`,
    );
  return text.replace(/\/+$/, "");
}

/** Whose quota it is: a hash, never the key itself. */
function accountOf(apiKey: string | null, baseUrl: string | null): string {
  if (apiKey === null && baseUrl === null) return "local";
  return createHash("sha256")
    .update(`${baseUrl ?? ""}\n${apiKey ?? ""}`)
    .digest("hex")
    .slice(0, 12);
}

function isLocal(baseUrl: string | null): boolean {
  if (baseUrl === null) return false;
  const { hostname } = new URL(baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}
