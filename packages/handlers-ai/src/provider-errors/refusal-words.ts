import { type Refusal, toWord } from "./refusal.js";

// What providers say, by what it means for us. Codes first; the wording only where a provider has no code for it.

interface Vocabulary {
  readonly words: ReadonlySet<string>;
  readonly phrases?: RegExp;
  /**
   * Where the phrases count, and then outside of quotes; if not given, everywhere. For those that close the gate until somebody
   * sees to it: servers quote the input in refusals of other kinds (422, say).
   */
  readonly statuses?: readonly number[];
}

export function says(refusal: Refusal, { words, phrases, statuses }: Vocabulary): boolean {
  const canSay = statuses === undefined || refusal.status < 300 || statuses.includes(refusal.status);
  const text = statuses === undefined ? refusal.text : refusal.ownText;
  return hasWord(refusal, words) || (canSay && (phrases?.test(text) ?? false));
}

function hasWord(refusal: Refusal, words: ReadonlySet<string>): boolean {
  return [...refusal.words].some((word) => words.has(word));
}

function wordsOf(...words: readonly string[]): ReadonlySet<string> {
  return new Set(words.map(toWord));
}

/** Money or a quota that no waiting brings back. */
export const spent: Vocabulary = {
  words: wordsOf(
    "insufficient_quota",
    "insufficient_balance",
    "insufficient_credits",
    "credit_balance_exhausted",
    "credit_limit_exceeded",
    "exceeded_current_quota_error",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "enforced_spend_limit_reached",
    "billing_error",
    "billing_disabled",
    "billing_not_active",
    "billing_hard_limit_reached",
    "blocked_api_access",
    "arrearage",
    "payment_required",
    "ServiceQuotaExceededException",
  ),
  phrases:
    /credit balance is too low|reached your specified api usage limits|monthly usage limit|insufficient (?:credit|balance|fund|quota)|(?:out of|no|not enough|any|all available) credits\b|spend(?:ing)? (?:limit|cap)|(?:total|key) limit exceeded|billing (?:hard limit|is disabled|not active|to be enabled)|payment (?:is )?required/i,
  statuses: [400, 401, 402, 403, 412, 429],
};

export const keyRefused: Vocabulary = {
  words: wordsOf(
    "invalid_api_key",
    "authentication_error",
    "unauthenticated",
    "permission_error",
    "permission_denied",
    "api_key_invalid",
    "api_key_expired",
    "account_deactivated",
    "organization_restricted",
    "unsupported_country_region_territory",
    "AccessDeniedException",
    "UnrecognizedClientException",
    "ExpiredTokenException",
    "InvalidSignatureException",
    // Google: not in this country without billing.
    "failed_precondition",
  ),
  phrases:
    /(?:incorrect|invalid|missing|expired|revoked) api[ -]?(?:key|token)|api[ -]?key (?:is |was |has )?(?:not (?:valid|found)|invalid|incorrect|expired|missing|disabled|revoked|been (?:disabled|revoked))|organization has been (?:disabled|restricted)|user location is not supported|^operation not allowed/i,
  statuses: [400, 401, 403],
};

/** The name of the model, the URL, or the server's set-up: every job would be refused the same. */
export const misconfigured: Vocabulary = {
  words: wordsOf(
    "model_not_found",
    "model_decommissioned",
    "model_terms_required",
    "invalid_model",
    "DeploymentNotFound",
    "ResourceNotFoundException",
  ),
  phrases:
    /is not a valid model id|model identifier is invalid|on-demand throughput isn.t supported|\bmodel\b.{0,100}(?:does not exist|not found|has been (?:deprecated|decommissioned|retired))|no models? (?:is |are )?loaded|failed to load model|requires more system memory|does not support (?:chat|generate|completion|response.?format)|response_?format type is unavailable|of type ['"`]{2} is not supported|unexpected endpoint or method|plain http request was sent to https/i,
  statuses: [400, 403, 404, 405, 500, 501, 503],
};

/** A parameter that the model does not take, or not with such a value: every job would be refused that asks for no other. */
export const unfitSettings: Vocabulary = {
  words: wordsOf("unsupported_parameter", "unsupported_value", "unknown_parameter"),
  phrases:
    /supports at most [\d,]+ (?:completion|output) tokens|maximum allowed number of output tokens|valid range of max_tokens|max\w*tokens\W{1,3}must be (?:less|at most|<)|unsupported (?:parameter|value)|unrecognized request argument|unknown parameter|(?:thinking|reasoning)\b.{0,60}(?:not supported|not enabled|is invalid|must be one of)|only works in thinking mode|not supported (?:with|by|for) (?:this|the\b.{0,80}) model/i,
  statuses: [400, 422],
};

export const filtered: Vocabulary = {
  words: wordsOf(
    "content_filter",
    "content_policy_violation",
    "ResponsibleAIPolicyViolation",
    "data_inspection_failed",
    "moderation_blocked",
    "invalid_prompt",
    "prohibited_content",
  ),
  phrases:
    /content (?:filtering|management|safety|usage) policy|content exists risk|(?:prompt|input|request|content) (?:was|has been|is) (?:flagged|blocked)|rejected (?:as a result of|by) (?:our|the) safety|violat\w+ (?:\w+ ){0,3}(?:usage|content) polic|blocked (?:input|output)/i,
};

/** One request that is larger than the model or the quota allows; waiting does not make it smaller. */
export const tooLarge: Vocabulary = {
  words: wordsOf(
    "context_length_exceeded",
    "exceed_context_size_error",
    "request_too_large",
    "request_entity_too_large",
    "string_above_max_length",
    "tokens_limit_reached",
  ),
  phrases:
    /request (?:body )?(?:is )?too large|request entity too large|maximum (?:context|model) length|(?:prompt|input) is too long|exceeds? (?:the )?(?:available |model's |maximum )?context|input token count .{0,40}exceeds|too many tokens: total|(?:tokens|inputs).{0,3} \+ .?max_new_tokens|loaded with context length|context window (?:exceeded|is full)|reduce (?:the length|your prompt|your message size)/i,
};

export const notNow: Vocabulary = {
  words: wordsOf(
    "rate_limit",
    "rate_limit_exceeded",
    "rate_limit_error",
    "rate_limit_reached",
    "rate_limit_reached_error",
    "rate_limited",
    "user_rate_limit_exceeded",
    "quota_exceeded",
    "daily_limit_exceeded",
    "resource_exhausted",
    "slow_down",
    "throttled",
    "ThrottlingException",
    "Throttling",
    "Throttling.RateQuota",
    "Throttling.AllocationQuota",
    "limit_requests",
    "limit_burst_rate",
    "too_many_requests",
    "TooManyRequestsException",
  ),
  phrases: /\brate[ -]?limit(?:ed|s)?\b.{0,60}(?:exceed|reach|hit)|rate-limited|too many requests|throttled/i,
};

export const overloaded: Vocabulary = {
  words: wordsOf(
    "overloaded",
    "overloaded_error",
    "engine_overloaded_error",
    "server_is_overloaded",
    "capacity_exceeded",
    "service_unavailable",
    "ServiceUnavailableException",
    "unavailable",
  ),
  phrases: /\boverloaded\b|over capacity|capacity (?:temporarily )?exceeded|temporarily unavailable/i,
};

/** Bedrock starts a model that nobody used for a while; it says so with 429. */
export const starting: Vocabulary = { words: wordsOf("ModelNotReadyException") };

/** Groq checks itself whether the answer is what the schema asks for. */
export const answeredBadly: Vocabulary = { words: wordsOf("json_validate_failed", "output_parse_failed") };

/** Trouble of the provider, in answers whose status says something else: OpenAI's Responses come as 200, and then as 400. */
export const broken: Vocabulary = {
  words: wordsOf(
    "server_error",
    "internal_server_error",
    "internal_error",
    "InternalServerException",
    "api_error",
    "timeout_error",
    "deadline_exceeded",
    "ModelErrorException",
    "ModelTimeoutException",
  ),
};
