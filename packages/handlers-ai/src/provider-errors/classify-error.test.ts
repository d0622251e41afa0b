import {
  BlockedError,
  HandlerError,
  PermanentError,
  RateLimitedError,
  TransientError,
  UnavailableError,
} from "@sluice/core";
import {
  APICallError,
  JSONParseError,
  LoadAPIKeyError,
  NoSuchModelError,
  RetryError,
  UnsupportedFunctionalityError,
} from "ai";
import { expect, test } from "vitest";
import { classifyError as classify } from "./classify-error.js";

const classifyError = (error: unknown, isTuned = false) =>
  classify(error, { isTuned, hideKey: (text) => text });

interface Answered {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly cause?: unknown;
  readonly isRetryable?: boolean;
}

function callError({ status, headers, body, cause, isRetryable = false }: Answered): APICallError {
  return new APICallError({
    message: "as the SDK says",
    url: "https://api.example.com/v1/chat/completions",
    requestBodyValues: { prompt: "secret prompt" },
    isRetryable,
    ...(status !== undefined && { statusCode: status }),
    ...(headers !== undefined && { responseHeaders: headers }),
    ...(body !== undefined && { responseBody: typeof body === "string" ? body : JSON.stringify(body) }),
    ...(cause !== undefined && { cause }),
  });
}

const answer = (status: number, error?: object, headers?: Record<string, string>) =>
  classifyError(callError({ status, ...(error && { body: { error } }), ...(headers && { headers }) }));

test.each([
  ["insufficient_quota", 429, { code: "insufficient_quota" }],
  ["a spend limit by code", 429, { type: "insufficient_quota", code: "project_spend_limit_exceeded" }],
  ["Anthropic's own limit", 400, { message: "You have reached your specified API usage limits." }],
  ["a blocked Groq account", 400, { code: "blocked_api_access" }],
  ["402 without a wait", 402, { message: "Payment required" }],
])("no waiting brings back money: %s", (_, status, error) => {
  expect(answer(status, error)).toMatchObject({ name: "BlockedError", reason: "quota_exhausted" });
});

test("Google's quota of 0 is no quota, and not one to wait for", () => {
  const details = [{ violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }] }];
  expect(answer(429, { message: "Quota exceeded, limit: 0, model: x", details })).toMatchObject({
    reason: "quota_exhausted",
  });
  expect(answer(429, { message: "Quota exceeded, limit: 20, model: x", details })).toBeInstanceOf(
    RateLimitedError,
  );
});

test("402 that names a wait passes, and teaches no pace", () => {
  expect(answer(402, { message: "later" }, { "retry-after": "60" })).toMatchObject({
    name: "RateLimitedError",
    waitMs: 60_000,
    scope: "day",
  });
});

test.each([
  [401, {}],
  [403, {}],
  [407, {}],
  [400, { details: [{ reason: "API_KEY_INVALID" }] }],
  [400, { message: "This organization has been disabled." }],
])("%i %j is about the key", (status, error) => {
  expect(answer(status, error)).toMatchObject({ name: "BlockedError", reason: "auth" });
});

test.each([
  [404, {}],
  [405, {}],
  [406, {}],
  [415, {}],
  [400, { code: "model_decommissioned" }],
  [400, { message: "gpt-99 is not a valid model ID" }],
])("%i %j is about the model's name", (status, error) => {
  expect(answer(status, error)).toMatchObject({ name: "BlockedError", reason: "config" });
});

test.each([
  [413, { code: "rate_limit_exceeded" }],
  [413, undefined],
  [400, { code: "context_length_exceeded" }],
  [400, { message: "the request exceeds the available context size" }],
  [400, { message: "The input token count (1200000) exceeds the maximum number of tokens allowed" }],
])("%i %j is too large", (status, error) => {
  expect(answer(status, error)).toMatchObject({ name: "PermanentError", code: "too_large" });
});

test.each([502, 503, 509, 520, 521, 527, 529, 530])("%i is an outage: nobody's attempt", (status) => {
  expect(answer(status, undefined, { "retry-after": "7" })).toMatchObject({
    name: "UnavailableError",
    waitMs: 7_000,
  });
});

test.each([200, 304, 408, 409, 418, 451, 499, 500, 504, 524, 599])("%i may go better next time", (status) => {
  expect(answer(status)).toBeInstanceOf(TransientError);
});

test.each([400, 411, 422, 431])("%i without a known word is a bad request", (status) => {
  expect(answer(status)).toMatchObject({ name: "PermanentError", code: "bad_request" });
});

test("a router's 200 with the provider's status inside counts as that status", () => {
  expect(answer(200, { code: 429, message: "Provider returned error" })).toBeInstanceOf(RateLimitedError);
  expect(answer(200, { code: 503, message: "Provider returned error" })).toBeInstanceOf(UnavailableError);
});

test("the words of the provider behind a router name the wait", () => {
  const raw = "Rate limit reached, please try again in 3s";
  expect(answer(429, { code: 429, message: "Provider returned error", metadata: { raw } })).toMatchObject({
    waitMs: 3_000,
    message: "HTTP 429: Provider returned error",
  });
});

test("a wait of hours is a quota of days, whatever it is called", () => {
  expect(answer(429, { message: "Please retry after 86400 seconds." })).toMatchObject({
    waitMs: 86_400_000,
    scope: "day",
  });
});

test("a page that says 'bad request' comes from a proxy, which knows nothing about the job", () => {
  const page = "<html><title>400 Bad Request</title><body>nginx</body></html>";
  expect(classifyError(callError({ status: 400, body: page }))).toBeInstanceOf(TransientError);
});

test("JSON that ends in the middle still says what it had to say", () => {
  const body = '{"error": {"message": "no", "type": "insufficient_quota", "par';
  expect(classifyError(callError({ status: 429, body }))).toMatchObject({ reason: "quota_exhausted" });
});

test("what a model said is not taken for what its provider says", () => {
  const body = '{"choices":[{"message":{"content":"rate limit exceeded, try again in 5s';
  expect(classifyError(callError({ status: 200, body }))).toMatchObject({
    name: "TransientError",
    waitMs: null,
  });
});

test.each([
  ["<".repeat(200_000)],
  ["x".repeat(2_000_000)],
  ['{"error":'.repeat(20_000)],
  [`{"error":{"message":"${"try again in ".repeat(20_000)}"}}`],
  [`{"error":{"message":"${" ".repeat(100_000)}limit 1${"1,".repeat(50_000)}"}}`],
])("a body that is made to be slow is not (%#)", (body) => {
  expect(classifyError(callError({ status: 429, body }))).toBeInstanceOf(RateLimitedError);
});

test("isRetryable changes nothing", () => {
  for (const isRetryable of [true, false]) {
    expect(classifyError(callError({ status: 400, isRetryable }))).toBeInstanceOf(PermanentError);
    expect(classifyError(callError({ status: 429, isRetryable }))).toBeInstanceOf(RateLimitedError);
  }
});

test.each(["ECONNREFUSED", "ENOTFOUND", "ECONNRESET", "UND_ERR_CONNECT_TIMEOUT", "CERT_HAS_EXPIRED"])(
  "no connection (%s) is an outage",
  (code) => {
    const cause = Object.assign(new Error("fetch failed"), { code });
    expect(classifyError(callError({ cause }))).toMatchObject({
      name: "UnavailableError",
      message: expect.stringContaining(code),
    });
  },
);

test("a provider that had the request and was too slow is asked a bounded number of times", () => {
  const cause = Object.assign(new Error("Headers Timeout Error"), { code: "UND_ERR_HEADERS_TIMEOUT" });
  expect(classifyError(callError({ cause }))).toBeInstanceOf(TransientError);
});

test("what a gateway or the SDK's own retries wrapped is found inside", () => {
  const inner = callError({ status: 429, headers: { "retry-after": "2" } });
  const gateway = Object.assign(new Error("gateway"), {
    name: "GatewayRateLimitError",
    statusCode: 500,
    cause: inner,
  });
  const retry = new RetryError({ message: "gave up", reason: "maxRetriesExceeded", errors: [inner] });
  expect(classifyError(gateway)).toMatchObject({ name: "RateLimitedError", waitMs: 2_000 });
  expect(classifyError(retry)).toMatchObject({ name: "RateLimitedError", waitMs: 2_000 });
});

test("an error with only a status is classified by that", () => {
  expect(classifyError(Object.assign(new Error("no"), { statusCode: 401 }))).toBeInstanceOf(BlockedError);
});

test("what was never sent needs a person or another job", () => {
  expect(classifyError(new LoadAPIKeyError({ message: "no key" }))).toMatchObject({ reason: "auth" });
  expect(classifyError(new NoSuchModelError({ modelId: "x", modelType: "languageModel" }))).toMatchObject({
    reason: "config",
  });
  expect(classifyError(new UnsupportedFunctionalityError({ functionality: "x" }))).toMatchObject({
    code: "bad_request",
  });
});

test("an unreadable answer is not quoted", () => {
  const error = classifyError(new JSONParseError({ text: "half of an answer", cause: new Error("x") }));
  expect(error).toBeInstanceOf(TransientError);
  expect(String(error)).not.toContain("half of an answer");
});

test("our own errors, and those of nobody we know, pass as they are", () => {
  const ours = new PermanentError("gone");
  const theirs = new TypeError("x is not a function");
  expect(classifyError(ours)).toBe(ours);
  expect(classifyError(theirs)).toBe(theirs);
  expect(HandlerError.isInstance(classifyError(callError({ status: 418 })))).toBe(true);
});
