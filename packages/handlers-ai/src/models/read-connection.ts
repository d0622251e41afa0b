import { ModelConfigError } from "./model-config-error.js";
import type { ProviderEntry } from "./providers.js";

/** Where keys and base URLs are looked up; `process.env`, usually. */
export type Environment = { readonly [name: string]: string | undefined };

/** The key of the first variable that has one. Throws a ModelConfigError when one is needed, or when no header can carry it. */
export function readKey(provider: string, entry: ProviderEntry, env: Environment): string | null {
  for (const variable of entry.keyVariables) {
    const key = env[variable]?.trim() ?? "";
    if (key === "") continue;
    // The key is not shown. `fetch` would refuse it in words that repeat it.
    if (!/^[\x21-\x7e]+$/.test(key))
      throw new ModelConfigError(
        "bad_key",
        `${variable} has characters that no key has (blanks, quotes of a word processor, line breaks): copy it again`,
      );
    return key;
  }
  if (!entry.isKeyRequired) return null;
  throw new ModelConfigError(
    "missing_key",
    `${provider} needs an API key: set ${entry.keyVariables.join(" or ")}`,
  );
}

/** The base URL of the environment, without a slash at its end; `null`: the provider's own. Throws a ModelConfigError. */
export function readBaseUrl(provider: string, entry: ProviderEntry, env: Environment): string | null {
  const { baseUrlVariable, defaultBaseUrl } = entry;
  if (baseUrlVariable === null) return null;
  const text = (env[baseUrlVariable]?.trim() ?? "").replace(/\/+$/, "");
  const example = defaultBaseUrl ?? "http://localhost:11434/v1";
  if (text === "") {
    if (defaultBaseUrl !== null) return null;
    throw new ModelConfigError(
      "missing_base_url",
      `${provider} needs ${baseUrlVariable}, for example ${example} (Ollama)`,
    );
  }
  const fault = faultOf(text);
  if (fault === null) return text;
  // The text itself is not shown: it may hold a key.
  throw new ModelConfigError("bad_base_url", `${baseUrlVariable} ${fault}; it should be like ${example}`);
}

function faultOf(text: string): string | null {
  const url = URL.parse(text);
  if (url === null) return "is not a URL";
  if (!/^https?:$/.test(url.protocol)) return `must begin with http:// or https://, not ${url.protocol}`;
  if (url.username !== "" || url.password !== "") return "must not hold user and password";
  if (url.search !== "" || url.hash !== "") return "must end with its path, without ? and #";
  const repeated = /\/(v\d\w*)\/\1(?:\/|$)/.exec(url.pathname)?.[1];
  if (repeated !== undefined) return `has /${repeated} twice`;
  const endpoint = /\/(?:chat\/completions|completions|responses|messages|models)$/.exec(url.pathname)?.[0];
  if (endpoint !== undefined) return `ends with ${endpoint}, which is added to it for each call`;
  return null;
}
