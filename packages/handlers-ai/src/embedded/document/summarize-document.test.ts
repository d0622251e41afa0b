import { describe, expect, it as test } from "vitest";
import { readDocument } from "./read-document.js";
import { summarizeDocument } from "./summarize-document.js";

const summarize = (text: string, format: "markdown" | "text" = "markdown") =>
  summarizeDocument(readDocument({ title: null, format, text }));

const readme = `
[![build](https://ci.example/badge.svg)](https://ci.example) ![logo](logo.png)

# kingfisher

> "kingfisher changed how we ship software!" — a happy user

kingfisher is a **log router** for [Node.js](https://nodejs.org) services. It reads structured logs from standard
output and sends them to files, sockets or HTTP endpoints without blocking the service.

- [Install](#install)
- [Usage](#usage)

## Install

\`\`\`sh
npm install kingfisher
\`\`\`

Run the command above to get started.

## Usage

Supported targets are such as:

| target | blocking |
| --- | --- |
| file | no |

Click [here](https://example.org) to see the demo!

## How it works

A kingfisher router keeps a bounded buffer for each target, so a slow target never delays the others.

## Contributing

Kingfisher is a project that welcomes log routers of all kinds. Please open a pull request.

## License

Kingfisher is released under the MIT licence by Jane Doe.
`;

describe("summarizeDocument", () => {
  test("says what a README is about in two or three of its sentences", () => {
    expect(summarize(readme)).toBe(
      "kingfisher is a log router for Node.js services. It reads structured logs from standard output and sends them " +
        "to files, sockets or HTTP endpoints without blocking the service.",
    );
  });

  test("begins with the description of the frontmatter", () => {
    const page = [
      "---",
      "title: Streaming",
      'description: "How to stream answers to the browser."',
      "---",
      "",
      "# Streaming",
      "",
      "Streaming sends the parts of an answer as soon as the model has produced them.",
    ].join("\n");
    expect(summarize(page)).toBe(
      "How to stream answers to the browser. Streaming sends the parts of an answer as soon as the model has produced them.",
    );
  });

  test("gives a tagline its full stop and its capital", () => {
    expect(summarize("# ms\n\na tiny millisecond conversion utility")).toBe(
      "A tiny millisecond conversion utility.",
    );
  });

  test("leaves the small letter of a name that is set as code", () => {
    const text =
      "# Types\n\n`handle(task)` is written where no store is in sight. `save` is declared as a method of it.";
    expect(summarize(text)).toBe(
      "handle(task) is written where no store is in sight. save is declared as a method of it.",
    );
  });

  test("reads plain text by its paragraphs", () => {
    const text =
      "SLUICE\n\nSluice is a gate for AI work. It queues jobs and runs them.\n\nINSTALLATION\n\nRun make.";
    expect(summarize(text, "text")).toBe("Sluice is a gate for AI work. It queues jobs and runs them.");
  });

  test("keeps a sentence that leans on the one before it out, unless that is there, too", () => {
    const text =
      "# Lease\n\nHowever, it may fail. A lease is a time-limited right to run a job.\n\n## Note\n\nAlso read this.";
    expect(summarize(text)).not.toMatch(/^However/);
  });

  test("names the sections of a document that holds no sentences", () => {
    const list = "# Settings\n\n## Timeouts\n\n- `a`\n\n## Retries\n\n```\ncode\n```\n\n## License\n\nMIT";
    expect(summarize(list)).toBe("The document “Settings” has sections on Timeouts and Retries.");
  });

  test.each([
    ["nothing", ""],
    ["code alone", "```js\nconst a = 1;\n```"],
    ["emoji", "😀 😀 😀"],
    ["markup alone", "<div><img src='a.png'></div>\n\n---\n\n[a]: https://b.c"],
  ])("has a sentence for a document with %s", (_, text) => {
    expect(summarize(text)).toBe("The document contains no full sentences.");
  });

  test("summarises other languages", () => {
    const german =
      "# Schleuse\n\nEine Schleuse lässt nur so viel Wasser durch, wie die Mühle verträgt. Sie hat ein Tor.";
    expect(summarize(german)).toContain(
      "Eine Schleuse lässt nur so viel Wasser durch, wie die Mühle verträgt.",
    );
    expect(summarize("# 水門\n\n水門は水車が受け取れるだけの水を通します。とても便利です。")).toContain(
      "水門は",
    );
  });

  test("survives text that is nested deeper than the parser can go", () => {
    expect(summarize("> ".repeat(40_000))).toBe("The document contains no full sentences.");
    expect(summarize(`${"- ".repeat(30_000)}A list that never ends is still a list.`)).toMatch(/\.$/);
  });
});
