import { expect, test } from "vitest";
import { parseEnvFile } from "./env-file.js";

test("names, comments, blank lines, quotes over several lines and CRLF are what they are in Node", () => {
  const text = "# settings\r\nA=1\r\n\r\nexport B = two # why\nC=\"three\nlines\n\nlong\" # end\nD='#'\nE=\n";
  expect(parseEnvFile(text)).toEqual({
    variables: { A: "1", B: "two", C: "three\nlines\n\nlong", D: "#", E: "" },
    faults: [],
  });
});

test("a byte order mark is no part of the first name", () => {
  expect(parseEnvFile("\uFEFFA=1\nB=2\n")).toEqual({ variables: { A: "1", B: "2" }, faults: [] });
});

test("each line that is no setting is told by its number, and never repeated: it may be a secret", () => {
  const text = 'A="x\ny"\nsk-proj-secret\nB=1\n=secret\nKEY: secret\nC=\'secret\n';
  const { variables, faults } = parseEnvFile(text);
  expect(variables).toMatchObject({ A: "x\ny", B: "1" });
  expect(faults).toEqual([
    ".env line 3: is not NAME=value, and not a comment (#)",
    ".env line 5: is not NAME=value, and not a comment (#)",
    ".env line 6: is not NAME=value, and not a comment (#)",
    ".env line 7: the quote is never closed",
  ]);
});
