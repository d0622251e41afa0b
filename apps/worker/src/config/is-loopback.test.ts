import { expect, test } from "vitest";
import { isLoopback } from "./is-loopback.js";

test.each(["127.0.0.1", "127.9.9.9", "::1", "0:0:0:0:0:0:0:1", "localhost", "LOCALHOST"])(
  "only this machine reaches %s",
  (host) => expect(isLoopback(host)).toBe(true),
);

test.each(["0.0.0.0", "::", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "example.com"])(
  "others may reach %s",
  (host) => expect(isLoopback(host)).toBe(false),
);
