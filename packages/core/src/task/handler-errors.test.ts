import { expect, test, vi } from "vitest";
import { taskGateKey } from "../gate/gate-key.js";
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
import { outcomeOfError } from "./outcome-of-error.js";

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

test("a reason to block that no gate knows is refused where the error is made", () => {
  expect(() => new BlockedError("credit" as never, "402")).toThrow(
    "the reason of a BlockedError is auth, quota_exhausted, config, not credit",
  );
});

test.each([
  ["RateLimitedError", "rate_limited", "429", () => new RateLimitedError({ message: "429" })],
  ["UnavailableError", "unavailable", "503", () => new UnavailableError("503")],
  ["BlockedError", "blocked", "401", () => new BlockedError("auth", "401")],
  ["TransientError", "transient", "500", () => new TransientError("500")],
  ["OutputInvalidError", "output_invalid", "no JSON", () => new OutputInvalidError("no JSON")],
  ["PermanentError", "permanent", "refused", () => new PermanentError("refused")],
  ["PayloadInvalidError", "payload_invalid", "no id", () => new PayloadInvalidError("no id")],
  ["UnroutableError", "unroutable", "no such target", () => new UnroutableError("no such target")],
  ["SupersededError", "superseded", "page was edited", () => new SupersededError("page was edited")],
])("a %s has the code %s and the message that it was given", (name, code, message, make) => {
  expect(make()).toMatchObject({ name, code, message });
});

test("a rate limit that says no more is one of a minute", () => {
  expect(new RateLimitedError()).toMatchObject({
    scope: "minute",
    message: "the provider's rate limit is reached",
  });
  expect(new RateLimitedError({ scope: "day" }).scope).toBe("day");
});

test("what is superseded says why", () => {
  expect(new SupersededError().message).toBe("the target changed while the job ran");
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

test("errors of another copy of this package are understood", async () => {
  vi.resetModules();
  const copy = await import("./handler-errors.js");
  const foreign = new copy.RateLimitedError({ waitMs: 5_000 });
  expect(foreign).not.toBeInstanceOf(HandlerError);
  expect(HandlerError.isInstance(foreign)).toBe(true);
  expect(outcomeOfError(foreign, taskGateKey("translate"))).toMatchObject({
    type: "rate_limited",
    waitMs: 5_000,
  });
});
