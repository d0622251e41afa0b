import { providers } from "@sluice/handlers-ai";

/** The keys and base URLs of the providers, by name. Their values are never shown: a URL may have a key in it, too. */
export function describeProviderVariables(): readonly {
  readonly name: string;
  readonly description: string;
}[] {
  return [...providers.values()].flatMap(({ keyVariables, baseUrlVariable, defaultBaseUrl, example }) => [
    ...keyVariables.map((name) => ({ name, description: `The key of models like ${example}.` })),
    ...(baseUrlVariable === null
      ? []
      : [
          {
            name: baseUrlVariable,
            description: `The base URL of models like ${example}; ${defaultBaseUrl === null ? "must be set" : `without it ${defaultBaseUrl}`}.`,
          },
        ]),
  ]);
}
