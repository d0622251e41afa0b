import { describe, expect, test } from "vitest";
import { toGateKey } from "../gate/gate-key.js";
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
import { defaultGate, outcomeOfError } from "./outcome-of-error.js";

const gate = toGateKey("task:translate");
const other = toGateKey("model:acme:main:mt-2");

describe("each error says how the run ended", () => {
  test.each([
    [new RateLimitedError(), { type: "rate_limited", scope: "minute", waitMs: null, gateKey: gate }],
    [
      new RateLimitedError({ waitMs: 5, scope: "day", gate: other }),
      { type: "rate_limited", scope: "day", waitMs: 5, gateKey: other },
    ],
    [new UnavailableError("503", { waitMs: 7 }), { type: "unavailable", waitMs: 7, gateKey: gate }],
    [new BlockedError("auth", "401"), { type: "blocked", reason: "auth", gateKey: gate }],
    [
      new BlockedError("config", "404", { gate: other }),
      { type: "blocked", reason: "config", gateKey: other },
    ],
    [new TransientError("500", { waitMs: 9 }), { type: "transient", waitMs: 9 }],
    [new OutputInvalidError("no JSON"), { type: "output_invalid" }],
    [new PermanentError("refused"), { type: "permanent" }],
    [new PayloadInvalidError("no id"), { type: "payload_invalid" }],
    [new UnroutableError("no such target"), { type: "unroutable" }],
    [new SupersededError(), { type: "superseded" }],
  ])("%s", (error, outcome) => {
    const { name, code, message } = error;
    expect(outcomeOfError(error, gate)).toEqual({ ...outcome, failure: { name, code, message } });
  });
});

test("anything else is a failed attempt", () => {
  expect(outcomeOfError(new TypeError("x is undefined"), gate)).toEqual({
    type: "handler_error",
    waitMs: null,
    failure: { name: "TypeError", code: "error", message: "x is undefined" },
  });
  const namesake = Object.assign(new Error("not one of ours"), { name: "TransientError" });
  expect(outcomeOfError(namesake, gate).type).toBe("handler_error");
  expect(outcomeOfError("text", gate).type).toBe("handler_error");
  expect(outcomeOfError(undefined, gate).type).toBe("handler_error");
});

test("an app's own kind of handler error is a failed attempt, and no reason to throw", () => {
  class OutOfPaper extends HandlerError {
    override readonly name = "OutOfPaper";
    readonly code = "out_of_paper";
  }
  expect(outcomeOfError(new OutOfPaper("load tray 2"), gate)).toEqual({
    type: "handler_error",
    waitMs: null,
    failure: { name: "OutOfPaper", code: "out_of_paper", message: "load tray 2" },
  });
});

test("an error of another copy of this package is understood", () => {
  const foreign = Object.assign(new Error("429"), {
    [Symbol.for("sluice.handler-error")]: true,
    name: "RateLimitedError",
    code: "rate_limited",
    scope: "minute",
    waitMs: 5,
    gate: null,
  });
  expect(HandlerError.isInstance(foreign)).toBe(true);
  expect(outcomeOfError(foreign, gate)).toMatchObject({ type: "rate_limited", waitMs: 5, gateKey: gate });
});

test("whatever is thrown, there is an outcome", () => {
  const throwing = () => {
    throw new Error("read me not");
  };
  const hostile = new Proxy(new Error("x"), { get: throwing, has: throwing, getPrototypeOf: throwing });
  expect(outcomeOfError(hostile, gate).type).toBe("handler_error");
});

describe("the gate that an error closes when it names none", () => {
  test("is the handler's only other one, else the task's", () => {
    const third = toGateKey("model:acme:main:mt-3");
    expect(defaultGate("translate", [])).toBe(gate);
    expect(defaultGate("translate", [other])).toBe(other);
    expect(defaultGate("translate", [other, third])).toBe(gate);
  });
});
