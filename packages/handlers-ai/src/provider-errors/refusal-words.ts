import type { Refusal } from "./refusal.js";

// What providers say, by what it means for us. Codes first; the wording only where a provider has no code for it.

interface Vocabulary {
  readonly words: readonly string[];
  readonly phrases?: RegExp;
}

export function says({ words, text }: Refusal, vocabulary: Vocabulary): boolean {
  return vocabulary.words.some((word) => words.has(word)) || (vocabulary.phrases?.test(text) ?? false);
}

/** Money or a quota that no waiting brings back. */
export const spent: Vocabulary = {
  words: [
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "enforced_spend_limit_reached",
    "billing_error",
    "billing_not_active",
    "billing_hard_limit_reached",
    "blocked_api_access",
    "servicequotaexceededexception",
  ],
  phrases:
    /credit balance is too low|reached your specified api usage limits|insufficient (?:credits|balance)|spend(?:ing)? limit/i,
};

export const keyRefused: Vocabulary = {
  words: [
    "invalid_api_key",
    "authentication_error",
    "permission_error",
    "api_key_invalid",
    "account_deactivated",
    "accessdeniedexception",
    "unrecognizedclientexception",
    "expiredtokenexception",
    "invalidsignatureexception",
    // Google: not in this country without billing.
    "failed_precondition",
  ],
  phrases: /organization has been disabled|user location is not supported/i,
};

export const modelUnknown: Vocabulary = {
  words: [
    "model_not_found",
    "model_decommissioned",
    "invalid_model",
    "deploymentnotfound",
    "resourcenotfoundexception",
  ],
  phrases: /is not a valid model id/i,
};

export const filtered: Vocabulary = {
  words: ["content_filter", "content_policy_violation", "responsibleaipolicyviolation"],
  phrases: /content filtering policy/i,
};

/** One request that is larger than the model or the quota allows; waiting does not make it smaller. */
export const tooLarge: Vocabulary = {
  words: [
    "context_length_exceeded",
    "exceed_context_size_error",
    "request_too_large",
    "string_above_max_length",
  ],
  phrases:
    /request too large|maximum context length|prompt is too long|input is too long|exceeds? the (?:available )?context|input token count .{0,40}exceeds/i,
};

export const notNow: Vocabulary = {
  words: [
    "rate_limit_exceeded",
    "rate_limit_error",
    "rate_limited",
    "ratelimitreached",
    "ratelimitexceeded",
    "resource_exhausted",
    "slow_down",
    "throttlingexception",
    "toomanyrequestsexception",
    "too_many_requests",
  ],
};

export const overloaded: Vocabulary = {
  words: [
    "overloaded_error",
    "server_is_overloaded",
    "service_unavailable_error",
    "serviceunavailableexception",
    "unavailable",
  ],
};

/** Bedrock starts a model that nobody used for a while; it says so with 429. */
export const starting: Vocabulary = { words: ["modelnotreadyexception"] };
