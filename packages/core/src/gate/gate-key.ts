declare const gateKey: unique symbol;

/**
 * The name of a gate: `task:<taskType>`, or `model:<provider>:<account>:<model>` for the quota that every task on that
 * model shares. At most 512 characters, no control characters. The account is a hash, never the API key itself.
 */
export type GateKey = string & { readonly [gateKey]: true };

/** The quota that a model's provider counts against. */
export interface ModelGateName {
  readonly provider: string;
  readonly account: string;
  /** May contain colons (`llama3:8b`); provider and account may not. */
  readonly model: string;
}

export type ParsedGateKey =
  | { readonly kind: "task"; readonly taskType: string }
  | ({ readonly kind: "model" } & ModelGateName);

const MAX_LENGTH = 512;
/** Control characters and lone surrogates: no store, log or terminal takes them well. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/** The gate that every task has without naming it. */
export function taskGateKey(taskType: string): GateKey {
  return checkedKey(`task:${taskType}`);
}

export function modelGateKey({ provider, account, model }: ModelGateName): GateKey {
  if (provider.includes(":"))
    throw new RangeError(`the provider of a gate key has a colon: ${shown(provider)}`);
  if (account.includes(":")) throw new RangeError(`the account of a gate key has a colon: ${shown(account)}`);
  return checkedKey(`model:${provider}:${account}:${model}`);
}

/** The edge where a string from outside becomes a gate key. Throws a TypeError or RangeError that says what is wrong with it. */
export function toGateKey(text: string): GateKey {
  if (typeof text !== "string")
    throw new TypeError(
      `a gate key is text, task:<taskType> or model:<provider>:<account>:<model>, not ${typeof text}`,
    );
  return checkedKey(text);
}

/** The parts of a key. Throws a RangeError that says what is wrong with it. */
export function parseGateKey(text: string): ParsedGateKey {
  if (text.length > MAX_LENGTH) {
    throw new RangeError(`a gate key has at most ${MAX_LENGTH} characters, this one has ${text.length}`);
  }
  if (UNPRINTABLE.test(text)) throw new RangeError(`a gate key has a control character: ${shown(text)}`);
  const [kind, ...parts] = text.split(":");
  if (kind === "task") {
    const taskType = parts.join(":");
    if (taskType) return { kind, taskType };
  }
  if (kind === "model") {
    const [provider, account, ...rest] = parts;
    const model = rest.join(":");
    if (provider && account && model) return { kind, provider, account, model };
  }
  throw new RangeError(
    `a gate key is task:<taskType> or model:<provider>:<account>:<model>, no part empty; got ${shown(text)}`,
  );
}

function checkedKey(text: string): GateKey {
  parseGateKey(text);
  return text as GateKey;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
