import { describe, expect, test } from "vitest";
import { type Caller, createAccessCheck } from "./check-access.js";

const program: Caller = { host: "localhost:7777", authorization: null, origin: null, fetchSite: null };

function statusOf(adminToken: string | null, caller: Partial<Caller>): number {
  try {
    createAccessCheck(adminToken)({ ...program, ...caller });
    return 200;
  } catch (error) {
    return error instanceof Error && "status" in error ? Number(error.status) : 500;
  }
}

describe("without a token", () => {
  test.each([
    "localhost",
    "localhost:7777",
    "LOCALHOST:1",
    "127.0.0.1:7777",
    "127.9.9.9",
    "[::1]",
    "[::1]:7777",
  ])("a request to %s is answered", (host) => {
    expect(statusOf(null, { host })).toBe(200);
  });

  test.each([
    "evil.example",
    "localhost.evil.example:7777",
    "127.0.0.1.evil.example",
    "10.0.0.1:7777",
    "[::2]:7777",
    "localhost/x@evil.example",
    "",
    " ",
    null,
  ])("one to %j is refused: its name was made to point here", (host) => {
    expect(statusOf(null, { host })).toBe(403);
  });
});

describe("with a token", () => {
  const token = "correct horse battery staple".replaceAll(" ", "-");

  test.each([
    [`Bearer ${token}`, 200],
    [`bearer   ${token}`, 200],
    [null, 401],
    ["", 401],
    [token, 401],
    ["Bearer", 401],
    ["Bearer ", 401],
    [`Bearer ${token}x`, 401],
    [`Bearer ${token.slice(0, -1)}`, 401],
    [`Bearer ${token} x`, 401],
    [`Basic ${token}`, 401],
  ])("%j is answered with %d", (authorization, status) => {
    expect(statusOf(token, { authorization })).toBe(status);
  });

  test("whoever has it may call by any name", () => {
    expect(statusOf(token, { authorization: `Bearer ${token}`, host: "sluice.internal:80" })).toBe(200);
  });
});

describe("a page of another origin", () => {
  test.each([
    { origin: "https://evil.example" },
    { origin: "http://localhost:3000" },
    { origin: "null" },
    { origin: "http://localhost:7777", fetchSite: "same-site" },
    { fetchSite: "cross-site" },
  ])("is refused: %j", (caller) => {
    expect(statusOf(null, caller)).toBe(403);
  });

  test.each([{ origin: "http://localhost:7777", fetchSite: "same-origin" }, { fetchSite: "none" }])(
    "is not %j",
    (caller) => {
      expect(statusOf(null, caller)).toBe(200);
    },
  );
});
