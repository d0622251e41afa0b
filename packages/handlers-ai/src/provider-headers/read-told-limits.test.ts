import fc from "fast-check";
import { expect, test } from "vitest";
import { readToldLimits } from "./read-told-limits.js";

const openai = {
  "x-ratelimit-limit-requests": "500",
  "x-ratelimit-remaining-requests": "499",
  "x-ratelimit-reset-requests": "120ms",
  "x-ratelimit-limit-tokens": "200000",
  "x-ratelimit-remaining-tokens": "199700",
  "x-ratelimit-reset-tokens": "90ms",
};

test("OpenAI's requests and tokens are per minute", () => {
  const limits = {
    requestsPerMinute: 500,
    remainingRequests: 499,
    tokensPerMinute: 200_000,
    remainingTokens: 199_700,
  };
  expect(readToldLimits(openai, "openai")).toEqual(limits);
  // Its resets say so, whoever it is.
  expect(readToldLimits(openai, "other")).toEqual(limits);
});

test("requests of OpenAI's free tier are per day, which the reset gives away", () => {
  const headers = {
    ...openai,
    "x-ratelimit-limit-requests": "200",
    "x-ratelimit-remaining-requests": "199",
    "x-ratelimit-reset-requests": "7m12s",
  };
  expect(readToldLimits(headers, "openai")).toEqual({ tokensPerMinute: 200_000, remainingTokens: 199_700 });
});

test("Groq's requests are per day, its tokens per minute", () => {
  const headers = {
    "x-ratelimit-limit-requests": "14400",
    "x-ratelimit-remaining-requests": "14400",
    "x-ratelimit-limit-tokens": "6000",
    "x-ratelimit-remaining-tokens": "4557",
    "x-ratelimit-reset-tokens": "14.43s",
  };
  expect(readToldLimits(headers, "groq")).toEqual({ tokensPerMinute: 6_000, remainingTokens: 4_557 });
});

test("of a stranger, requests without a telling reset are not believed", () => {
  expect(readToldLimits({ "x-ratelimit-limit-requests": "1000" }, "other")).toBeNull();
  expect(readToldLimits({ "x-ratelimit-limit-requests": "1000" }, "openai")).toEqual({
    requestsPerMinute: 1_000,
  });
});

test("Anthropic's tokens are limited by the lower of input and all", () => {
  const headers = {
    "anthropic-ratelimit-requests-limit": "50",
    "anthropic-ratelimit-requests-remaining": "49",
    "anthropic-ratelimit-tokens-limit": "38000",
    "anthropic-ratelimit-tokens-remaining": "37000",
    "anthropic-ratelimit-input-tokens-limit": "30000",
    "anthropic-ratelimit-input-tokens-remaining": "29000",
    "anthropic-ratelimit-output-tokens-limit": "8000",
    "anthropic-ratelimit-output-tokens-remaining": "8000",
  };
  expect(readToldLimits(headers, "other")).toEqual({
    requestsPerMinute: 50,
    remainingRequests: 49,
    tokensPerMinute: 30_000,
    remainingTokens: 29_000,
  });
});

test("Mistral's limit by size is one of tokens", () => {
  const headers = { "x-ratelimitbysize-limit-minute": "500000", "x-ratelimitbysize-remaining-minute": "0" };
  expect(readToldLimits(headers, "other")).toEqual({ tokensPerMinute: 500_000, remainingTokens: 0 });
});

test("Azure's -1 and 0 are no limits", () => {
  const headers = {
    "x-ratelimit-limit-requests": "-1",
    "x-ratelimit-remaining-requests": "-1",
    "x-ratelimit-reset-requests": "0",
    "x-ratelimit-limit-tokens": "0",
    "x-ratelimit-remaining-tokens": "0",
  };
  expect(readToldLimits(headers, "openai")).toBeNull();
});

test("whatever the headers say, what is told is a positive limit and a remainder from 0", () => {
  const value = fc.oneof(
    fc.integer().map(String),
    fc.double().map(String),
    fc.string(),
    fc.constantFrom("0", "-1", "9e999"),
  );
  const headers = fc.record(Object.fromEntries(Object.keys(openai).map((name) => [name, value])), {
    requiredKeys: [],
  });
  fc.assert(
    fc.property(headers, fc.constantFrom("openai", "groq", "other"), (given, family) => {
      const told = readToldLimits(given, family);
      for (const [name, limit] of Object.entries(told ?? {})) {
        expect(Number.isFinite(limit)).toBe(true);
        expect(limit).toBeGreaterThanOrEqual(0);
        if (name.endsWith("PerMinute")) expect(limit).toBeGreaterThan(0);
      }
    }),
  );
});
