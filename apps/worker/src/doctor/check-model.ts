import { describeFailure, redact } from "@sluice/core";
import { ModelConfigError, type ResolvedModel, resolveModel } from "@sluice/handlers-ai";
import type { Config } from "../config/config.js";
import type { Finding } from "./finding.js";

const askWithinMs = 20_000;

/**
 * Whether the model can be set up, and answers one short question with the key that is set. Beside an embedded database nobody need have
 * named one.
 */
export async function checkModel({ model, env, databaseUrl }: Config): Promise<Finding> {
  if (model === null && databaseUrl === null)
    return finding(
      "AI_MODEL is not set; `sluice worker --embedded` takes the one that is part of Sluice",
      null,
    );
  if (model === null)
    return finding(
      "AI_MODEL is not set",
      "set it, to openai:gpt-5-mini say; `sluice worker --embedded` does without",
    );
  try {
    const resolved = resolveModel(model, env);
    return model.startsWith("embedded:")
      ? finding(`${resolved.name} is part of Sluice`, null)
      : await ask(resolved);
  } catch (error) {
    if (!(error instanceof ModelConfigError)) throw error;
    return finding(redact(error.message), "mend AI_MODEL and the variables of its provider");
  }
}

async function ask({ model, name }: ResolvedModel): Promise<Finding> {
  try {
    await model.doGenerate({
      prompt: [{ role: "user", content: [{ type: "text", text: "Say: ok" }] }],
      maxOutputTokens: 16,
      abortSignal: AbortSignal.timeout(askWithinMs),
    });
    return finding(`${name} answers`, null);
  } catch (error) {
    const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
    const { message } = describeFailure(error);
    return finding(`${name}: ${status === undefined ? "" : `HTTP ${status}: `}${message}`, adviceFor(status));
  }
}

function adviceFor(status: unknown): string {
  if (status === 401 || status === 403)
    return "the provider refuses the key: make a new one, or ask for access to this model";
  if (status === 404) return "the provider does not know the model: is AI_MODEL, or the base URL, right?";
  if (status === 402) return "pay the provider's bill";
  if (status === 429)
    return "the quota is used up at the moment, or the credit is spent; workers will wait for it";
  return "is the provider up, and can this machine reach it?";
}

function finding(detail: string, advice: string | null): Finding {
  return { check: "model", ok: advice === null, detail, advice };
}
