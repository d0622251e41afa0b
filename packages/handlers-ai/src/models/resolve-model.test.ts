import { parseGateKey } from "@sluice/core";
import { MockLanguageModelV4 } from "ai/test";
import { expect, test } from "vitest";
import { createEmbeddedModel } from "../embedded/embedded-model.js";
import { ModelConfigError } from "./model-config-error.js";
import { resolveModel } from "./resolve-model.js";

const key = "sk-live-0123456789abcdefghij";
const env = {
  OPENAI_API_KEY: key,
  ANTHROPIC_API_KEY: key,
  GOOGLE_GENERATIVE_AI_API_KEY: key,
  OPENAI_COMPATIBLE_BASE_URL: "http://localhost:11434/v1/",
};

function faultOf(name: string, environment: Record<string, string> = {}): ModelConfigError {
  try {
    resolveModel(name, environment);
  } catch (error) {
    if (error instanceof ModelConfigError) return error;
    throw error;
  }
  throw new Error(`${name} was resolved`);
}

test.each([
  ["openai:gpt-5-mini", "openai.responses", "gpt-5-mini", true],
  ["anthropic:claude-sonnet-4-5", "anthropic.messages", "claude-sonnet-4-5", true],
  ["google:gemini-2.5-flash", "google.generative-ai", "gemini-2.5-flash", true],
  ["openai-compatible:llama3.2:3b", "openai-compatible.chat", "llama3.2:3b", false],
  ["embedded:extractive", "embedded", "extractive", false],
])("%s", (name, provider, modelId, learn) => {
  const resolved = resolveModel(` ${name}\n`, env);
  expect(resolved.model).toMatchObject({ specificationVersion: "v4", provider, modelId });
  expect(resolved.name).toBe(name);
  expect(parseGateKey(resolved.gateKey)).toMatchObject({
    kind: "model",
    provider: name.split(":")[0],
    model: modelId,
  });
  expect(resolved.limits.learn).toBe(learn);
});

test("a name without a provider of ours is refused, and never guessed", () => {
  for (const name of ["gpt-5-mini", "openai/gpt-5-mini", "acme:gpt-5", ""]) {
    const { code, message } = faultOf(name, env);
    expect(code).toBe("unknown_provider");
    for (const known of ["openai:", "anthropic:", "google:", "openai-compatible:", "embedded:extractive"])
      expect(message).toContain(known);
  }
});

test.each(["openai:", "openai: gpt 5", "embedded:neural", `openai:${"x".repeat(300)}`, "openai:a\u0000b"])(
  "%j names no model",
  (name) => {
    expect(faultOf(name, env)).toMatchObject({ code: "bad_name" });
  },
);

test.each([
  ["openai:gpt-5-mini", "OPENAI_API_KEY"],
  ["anthropic:claude-sonnet-4-5", "ANTHROPIC_API_KEY"],
  ["google:gemini-2.5-flash", "GOOGLE_GENERATIVE_AI_API_KEY or GOOGLE_GEMINI_API_KEY"],
])("%s needs a key, and says where", (name, variables) => {
  expect(faultOf(name)).toMatchObject({ code: "missing_key", message: expect.stringContaining(variables) });
  expect(faultOf(name, { [variables.split(" ")[0] ?? ""]: "  " }).code).toBe("missing_key");
});

test("a local server needs a URL, and no key", () => {
  expect(faultOf("openai-compatible:llama3")).toMatchObject({
    code: "missing_base_url",
    message: expect.stringContaining("OPENAI_COMPATIBLE_BASE_URL"),
  });
});

test.each([
  ["not a URL", "is not a URL"],
  [key, "is not a URL"],
  ["ftp://example.com", "must begin with http:// or https://, not ftp:"],
  ["localhost:11434", "must begin with http:// or https://, not localhost:"],
  [`https://user:${key}@example.com/v1`, "must not hold user and password"],
  [`https://example.com/v1?key=${key}`, "must end with its path, without ? and #"],
  ["http://localhost:11434/v1/v1/", "has /v1 twice"],
  [
    "https://example.com/v1/chat/completions",
    "ends with /chat/completions, which is added to it for each call",
  ],
])("a URL that cannot be used is refused without being shown: %s", (url, fault) => {
  const { code, message } = faultOf("openai-compatible:llama3", { OPENAI_COMPATIBLE_BASE_URL: url });
  expect(code).toBe("bad_base_url");
  expect(message).toContain(`OPENAI_COMPATIBLE_BASE_URL ${fault}`);
  expect(message).not.toContain(key);
  expect(faultOf("openai:gpt-5-mini", { OPENAI_API_KEY: key, OPENAI_BASE_URL: url }).message).toContain(
    fault,
  );
});

test.each(["http://gpu:8000/v1", "https://gateway.example.com/openai/v1/", "http://[::1]:1234/v1"])(
  "%s is a base URL",
  (url) => {
    const resolved = resolveModel("openai-compatible:m", { OPENAI_COMPATIBLE_BASE_URL: url });
    expect(resolved.baseUrl).toBe(url.replace(/\/$/, ""));
  },
);

test("a key that no header can carry is told at start, and not shown", () => {
  for (const wrong of [`${key}\u201d`, `${key} ${key}`, `${key}\n${key}`]) {
    const { code, message } = faultOf("openai:gpt-5-mini", { OPENAI_API_KEY: wrong });
    expect(code).toBe("bad_key");
    expect(message).toContain("OPENAI_API_KEY");
    expect(message).not.toContain(key);
  }
});

test("a key given as the model is not shown", () => {
  for (const name of [key, `openai:${key} `.repeat(2)]) expect(faultOf(name, env).message).not.toContain(key);
});

test("the gate's account tells keys and servers apart, and shows neither", () => {
  const gateOf = (environment: Record<string, string>) =>
    resolveModel("openai:gpt-5-mini", environment).gateKey;
  const one = gateOf({ OPENAI_API_KEY: key });
  expect(one).toBe(gateOf({ OPENAI_API_KEY: ` ${key} ` }));
  expect(one).not.toBe(gateOf({ OPENAI_API_KEY: `${key}2` }));
  expect(one).not.toBe(gateOf({ OPENAI_API_KEY: key, OPENAI_BASE_URL: "https://proxy.example.com/v1" }));
  expect(one).not.toContain(key.slice(8, 16));
});

test("a model of the app's own is taken as it is", () => {
  const model = new MockLanguageModelV4({ provider: "acme:eu", modelId: "mt-2" });
  const resolved = resolveModel(model, {});
  expect(resolved.model).toBe(model);
  expect(resolved.name).toBe("acme:eu:mt-2");
  expect(resolved.gateKey).toBe("model:acme.eu:app:mt-2");
  expect(resolved.limits.learn).toBe(true);
});

test("the embedded model has no quota to learn, named or given", () => {
  expect(resolveModel(createEmbeddedModel(), {}).limits.learn).toBe(false);
});
