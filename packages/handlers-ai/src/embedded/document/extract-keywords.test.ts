import { describe, expect, it as test } from "vitest";
import { extractKeywords } from "./extract-keywords.js";
import { readDocument } from "./read-document.js";

const keywords = (text: string) => extractKeywords(readDocument({ title: null, format: "markdown", text }));

const readme = `# pool-guard

pool-guard watches the connection pools of a Postgres database. When a connection pool runs dry, pool-guard reports the
sessions that hold the connections, so that leaking transactions are found.

## Connection pools

Every connection pool has a limit. Transactions that wait for the network keep their connection.

## Usage

For example, use \`npm install pool-guard\` and see the usage example below. See the example for more examples.

## Contributors

- Jane Doolittle
- Jane Doolittle and Max Mustermann wrote the first version.
`;

describe("extractKeywords", () => {
  test("finds three to five words of the subject", () => {
    const found = keywords(readme);
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(found.length).toBeLessThanOrEqual(5);
    expect(found).toEqual(expect.arrayContaining(["pool-guard", "connection pool"]));
  });

  test("leaves out filler, commands and the names of contributors", () => {
    expect(keywords(readme).join(" ")).not.toMatch(/usage|example|npm|install|Jane|Doolittle|Max/i);
  });

  test("names nothing twice", () => {
    const text =
      "# Workers\n\nA worker runs jobs. Workers claim jobs; each worker renews its leases. Parsing: the parser parses.";
    const found = keywords(text).map((keyword) => keyword.toLowerCase());
    expect(found.filter((keyword) => /worker/.test(keyword))).toHaveLength(1);
    expect(found.filter((keyword) => /pars/.test(keyword))).toHaveLength(1);
  });

  test("writes words as the document writes them", () => {
    const text =
      "# GraphQL\n\nGraphQL servers answer queries over HTTP. An HTTP cache in front of GraphQL servers saves queries.";
    expect(keywords(text)).toEqual(expect.arrayContaining(["HTTP"]));
    expect(keywords(text).join(" ")).toContain("GraphQL");
  });

  test("skips the filler of other languages", () => {
    const text =
      "# Warteschlange\n\nDie Warteschlange nimmt Aufträge an und verteilt sie an die Arbeiter. Wenn ein Arbeiter ausfällt, " +
      "gibt die Warteschlange den Auftrag an einen anderen Arbeiter. Die Aufträge werden nicht verloren.";
    const found = keywords(text);
    expect(found).toContain("Warteschlange");
    expect(found).not.toEqual(expect.arrayContaining(["die"]));
    expect(found.join(" ")).not.toMatch(/\b(?:die|und|wenn|nicht|einen)\b/i);
  });

  test("finds none where there are none", () => {
    expect(keywords("")).toEqual([]);
    expect(keywords("😀 😀\n\n```\ncode\n```")).toEqual([]);
  });
});
