import { expect, test } from "vitest";
import {
  BlockedError,
  HandlerError,
  OutputInvalidError,
  PayloadInvalidError,
  PermanentError,
  RateLimitedError,
  SupersededError,
  TransientError,
  UnavailableError,
  UnroutableError,
} from "./handler-errors.js";

const usage = {
  model: "acme:mt-2",
  inputTokens: 5,
  cachedInputTokens: null,
  outputTokens: 0,
  costUsd: "0.01",
};

test("an error keeps its cause and what the run has cost all the same", () => {
  const cause = new Error("socket closed");
  const error = new TransientError("no answer", { cause, usage });
  expect(error).toMatchObject({
    name: "TransientError",
    code: "transient",
    message: "no answer",
    cause,
    usage,
  });
  expect(new TransientError("no answer")).toMatchObject({ usage: null, waitMs: null });
  expect("cause" in new TransientError("no answer")).toBe(false);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, null, undefined])(
  "a wait of %s is no wait",
  (waitMs) => {
    expect(new RateLimitedError({ waitMs: waitMs as number | null }).waitMs).toBeNull();
    expect(new TransientError("x", { waitMs: waitMs as number | null }).waitMs).toBeNull();
  },
);

test("a wait of 0 is one", () => {
  expect(new RateLimitedError({ waitMs: 0 }).waitMs).toBe(0);
});

test("a gate that is none is refused where the error is made", () => {
  expect(() => new BlockedError("auth", "401", { gate: "acme" })).toThrow(RangeError);
});

test.each([
  [new RateLimitedError(), "rate_limited", "the provider's rate limit is reached"],
  [new RateLimitedError({ message: "429" }), "rate_limited", "429"],
  [new UnavailableError("503"), "unavailable", "503"],
  [new BlockedError("auth", "401"), "blocked", "401"],
  [new OutputInvalidError("no JSON"), "output_invalid", "no JSON"],
  [new PayloadInvalidError("no id"), "payload_invalid", "no id"],
  [new UnroutableError("no such target"), "unroutable", "no such target"],
  [new SupersededError(), "superseded", "the target changed while the job ran"],
  [new SupersededError("page was edited"), "superseded", "page was edited"],
])("%s has a code and a message", (error, code, message) => {
  expect(error).toMatchObject({ code, message });
});

test("a permanent error may have a code of its own", () => {
  expect(new PermanentError("refused", { code: "content_filter" }).code).toBe("content_filter");
  expect(new PermanentError("refused").code).toBe("permanent");
});

test("only errors with the mark are handler errors", () => {
  expect(HandlerError.isInstance(new RateLimitedError())).toBe(true);
  expect(HandlerError.isInstance(new Error("RateLimitedError"))).toBe(false);
  expect(
    HandlerError.isInstance({ name: "RateLimitedError", [Symbol.for("sluice.handler-error")]: true }),
  ).toBe(false);
  expect(HandlerError.isInstance(null)).toBe(false);
});
