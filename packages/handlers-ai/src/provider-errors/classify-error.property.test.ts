import { HandlerError } from "@sluice/core";
import { APICallError } from "ai";
import fc from "fast-check";
import { expect, test } from "vitest";
import { classifyError as classify } from "./classify-error.js";

const classifyError = (error: unknown, isTuned = false) =>
  classify(error, { isTuned, hideKey: (text) => text });

const headerNames = [
  "retry-after",
  "retry-after-ms",
  "date",
  "x-ratelimit-remaining-requests",
  "x-ratelimit-reset-requests",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
  "x-amzn-errortype",
  "x-ratelimitbysize-remaining-minute",
  "ratelimitbysize-reset",
  "ratelimit",
  "content-type",
];

const amount = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom(
    "1e309",
    "Infinity",
    "NaN",
    "-1",
    "2m59.56s",
    "99999999999999999999",
    "0",
    "7m",
    "s",
    "1.2.3",
  ),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.string(),
);

const message = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .tuple(fc.constantFrom("try again in ", "retry after ", "wait  ", "limit: 0 ", "resets at "), amount)
    .map(([a, b]) => a + b),
);

/** JSON that ends somewhere. */
const cut = fc.tuple(fc.json(), fc.nat(200)).map(([text, length]) => text.slice(0, length));

const body = fc.oneof(
  fc.json(),
  fc.string(),
  cut,
  message.map((text) => `<html><title>${text}</title><p>${text}</p>`),
  fc
    .record(
      {
        message,
        type: fc.anything(),
        code: fc.oneof(fc.constantFrom("rate_limit_exceeded", "slow_down", 429), fc.anything()),
        details: fc.oneof(
          fc.anything(),
          fc.array(fc.record({ retryDelay: fc.oneof(amount, fc.anything()), violations: fc.anything() })),
        ),
        metadata: fc.anything(),
      },
      { requiredKeys: [] },
    )
    .map((error) => ({ error })),
  fc.anything(),
);

const callError = fc
  .record({
    status: fc.oneof(
      fc.integer({ min: -1, max: 700 }),
      fc.constant(429),
      fc.constant(undefined),
      fc.double(),
    ),
    headers: fc.dictionary(fc.constantFrom(...headerNames), amount),
    body,
    message,
    cause: fc.anything(),
  })
  .map(
    ({ status, headers, body: responseBody, message: text, cause }) =>
      new APICallError({
        message: text,
        url: "https://api.example.com",
        requestBodyValues: {},
        responseHeaders: headers,
        // The SDK gives some bodies as objects, whatever its types say.
        responseBody: responseBody as string,
        cause,
        ...(status !== undefined && { statusCode: status }),
      }),
  );

test("whatever a provider answers becomes one of our errors, with a wait from 250 ms to a day, or none", () => {
  fc.assert(
    fc.property(callError, (error) => {
      const classified = classifyError(error);
      if (!HandlerError.isInstance(classified)) throw new Error("not one of ours");
      const waitMs = "waitMs" in classified ? classified.waitMs : null;
      expect(waitMs === null || (waitMs >= 250 && waitMs <= 24 * 3_600_000)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("whatever is thrown is classified without throwing", () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (thrown) => {
      classifyError(thrown);
    }),
  );
});

test("errors that run in circles or cannot be looked at are given back", () => {
  const circle = new Error("round");
  circle.cause = circle;
  expect(classifyError(circle)).toBe(circle);
  const hostile = new Proxy(new Error("no"), {
    get: () => {
      throw new Error("do not look");
    },
  });
  expect(classifyError(hostile)).toBe(hostile);
});
