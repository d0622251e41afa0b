/** A model, by what the SDK calls it. */
export interface NamedModel {
  /** `anthropic.messages`, `openai.responses`, … */
  readonly provider: string;
  readonly modelId: string;
}

function isAnthropic({ provider }: NamedModel): boolean {
  return provider.startsWith("anthropic");
}

/** Up to its fourth generation, Claude thinks only when told to, and some later models always do; GPT began with its fifth. */
export function thinksUnasked(model: NamedModel): boolean {
  const { provider, modelId } = model;
  if (isAnthropic(model)) return !/claude-(?:instant|v?2|3|(?:opus|sonnet|haiku)-4)(?![0-9])/.test(modelId);
  return !(provider.startsWith("openai.") && /^gpt-[34]/.test(modelId));
}

/**
 * Whether a Claude model is given its budget in tokens. Those since 4.6 think adaptively, by a level, and the newest refuse
 * budgets. The SDK knows the same of them, and says neither.
 */
export function takesClaudeBudget(model: NamedModel): boolean {
  return (
    isAnthropic(model) &&
    /claude-(?:3(?![0-9])|(?:opus|sonnet|haiku)-4(?:@|-20\d{6}|-[015](?![0-9])|$))/.test(model.modelId)
  );
}

/** The budgets that a Gemini model takes; `null`: it takes levels, or nobody knows. (ai.google.dev, "Thinking") */
export function geminiBudgets({
  modelId,
}: NamedModel): { readonly least: number; readonly most: number } | null {
  if (!/gemini-2\.5-(?:pro|flash)/.test(modelId)) return null;
  return { least: modelId.includes("flash-lite") ? 512 : 128, most: 24_576 };
}

/**
 * Whether a model can be told not to think, by `none` or what the SDK makes of it. Of OpenAI's only those have such a level
 * whose levels the SDK knows; it would send `none` to the others as well.
 */
export function canSwitchOff({ provider, modelId }: NamedModel): boolean {
  return (
    !provider.startsWith("openai.") ||
    /^gpt-5(?:\.\d+)?(?:-(?:mini|nano))?(?:-\d{4}-\d{2}-\d{2})?$/.test(modelId)
  );
}
