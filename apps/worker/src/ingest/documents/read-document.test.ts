import { describe, expect, test } from "vitest";
import { isBoilerplate, readDocument } from "./read-document.js";

const titleOf = (text: string, path = "a.md") => {
  const event = readDocument(path, text);
  return event.kind === "target" && event.target.content.type === "project_document"
    ? event.target.content.title
    : undefined;
};

test("a document is its whole text, front matter included", () => {
  const text = "---\ntitle: Mills\n---\n\n# Other\n";
  expect(readDocument("docs/a.mdx", text)).toEqual({
    kind: "target",
    target: {
      ref: { type: "project_document", id: "docs/a.mdx" },
      content: { type: "project_document", path: "docs/a.mdx", title: "Mills", format: "markdown", text },
    },
  });
});

describe("the title", () => {
  test("is the one of the front matter, quoted or not", () => {
    expect(titleOf('---\nid: x\ntitle: "Mills: a guide"\n---\n# Other')).toBe("Mills: a guide");
    expect(titleOf("---\r\ntitle: Mills\r\n---\r\n# Other")).toBe("Mills");
  });

  test("else the first heading with words in it", () => {
    expect(titleOf("Text.\n\n## Mills ##\n")).toBe("Mills");
    expect(titleOf("Mills\n=====\n")).toBe("Mills");
    expect(titleOf('<h1 align="center">The <b>Mills</b></h1>')).toBe("The Mills");
    expect(titleOf("# ![logo](x.png)\n\n# [Mills](https://x.y) `v2` ![badge](z.svg)\n")).toBe("Mills v2");
    expect(titleOf("---\nid: x\n---\n# Mills")).toBe("Mills");
  });

  test("is not taken from code or comments", () => {
    expect(titleOf("```sh\n# install\n```\n\n# Mills\n")).toBe("Mills");
    expect(titleOf("<!--\n# Draft\n-->\n# Mills\n")).toBe("Mills");
  });

  test("of text and reStructuredText is underlined", () => {
    expect(titleOf("=====\nMills\n=====\n\nText.", "a.rst")).toBe("Mills");
    expect(titleOf("# no heading here\nText.", "a.txt")).toBeNull();
  });

  test("may be missing", () => {
    expect(titleOf("Just text.\n")).toBeNull();
  });
});

test("boilerplate is told by the name of the file", () => {
  const boilerplate = [
    "LICENSE.md",
    "LICENCE-MIT.txt",
    "a/CHANGELOG.md",
    "CHANGELOG-v2.md",
    "CHANGES.rst",
    "requirements-dev.txt",
    "CMakeLists.txt",
  ];
  const documents = [
    "README.md",
    "licensing.md",
    "history-of-mills.md",
    "changes-to-make.md",
    "docs/notes.txt",
  ];
  expect(boilerplate.filter((path) => !isBoilerplate(path))).toEqual([]);
  expect(documents.filter(isBoilerplate)).toEqual([]);
});
