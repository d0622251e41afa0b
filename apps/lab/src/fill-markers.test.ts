import { expect, test } from "vitest";
import { fillMarkers } from "./fill-markers.js";

test("a part goes between its markers, whatever stood there", () => {
  const before = "a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb";
  const after = "a\n<!-- bench:x -->\n\nnew $1\n\n<!-- /bench:x -->\nb";
  expect(fillMarkers(before, "bench", { x: "new $1" })).toBe(after);
  expect(fillMarkers(after, "bench", { x: "new $1" })).toBe(after);
});

test("a part without a place, and a place without a part, are mistakes", () => {
  expect(() => fillMarkers("nothing", "bench", { x: "new" })).toThrow("no place for x");
  expect(() => fillMarkers("<!-- bench:y -->\n<!-- /bench:y -->", "bench", {})).toThrow(
    "a place for bench:y",
  );
});
