import { expect, test } from "vitest";
import { firstErrorLine, parseCode } from "./parse-code.js";
import { python } from "./python.js";

test("parsing that takes too long is given up, and the next is none the worse", async () => {
  const noise = "def (]x = : ".repeat(2_000);
  expect(await parseCode(noise, python, () => "read", -1)).toBeNull();
  expect(await parseCode(noise, python, firstErrorLine)).toBe(1);
  expect(await parseCode("x = 1\n", python, firstErrorLine)).toBeNull();
});
