import { expect, test } from "vitest";
import { ModelConfigError } from "../models/model-config-error.js";
import { readModelPrices } from "./model-prices.js";

const price = { inputPerMillion: 1, outputPerMillion: 2 };

test("nothing given is no price; what the app gives counts before the variable", () => {
  expect(readModelPrices(undefined)).toEqual({});
  expect(readModelPrices("  ")).toEqual({});
  const prices = readModelPrices(JSON.stringify({ "a:1": price, "b:1": price }), {
    "a:1": { ...price, inputPerMillion: 5 },
  });
  expect(prices).toEqual({ "a:1": { ...price, inputPerMillion: 5 }, "b:1": price });
});

test.each([
  "{",
  "[]",
  '{"a:1": 3}',
  '{"a:1": {"inputPerMillion": 1}}',
  '{"a:1": {"inputPerMillion": -1, "outputPerMillion": 2}}',
  '{"a:1": {"inputPerMillion": "1", "outputPerMillion": 2}}',
  '{"a:1": {"input": 1, "inputPerMillion": 1, "outputPerMillion": 2}}',
])("%s is refused with an example", (text) => {
  const read = () => readModelPrices(text);
  expect(read).toThrow(ModelConfigError);
  expect(read).toThrow(/^AI_PRICES cannot be used: .+"inputPerMillion": 0\.25/);
});
