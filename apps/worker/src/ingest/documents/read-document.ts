import { basename, extname } from "node:path/posix";
import type { ProjectDocumentContent } from "@sluice/core";
import type { FileEvent } from "../ingest-event.js";
import { findTitle } from "./find-title.js";

const FORMATS: Readonly<Record<string, ProjectDocumentContent["format"]>> = {
  ".md": "markdown",
  ".mdx": "markdown",
  ".markdown": "markdown",
  ".txt": "text",
  ".rst": "text",
};

/**
 * Documents by form, but nothing to ask a model about: licences, lists of changes and of people, codes of conduct
 * (the same text everywhere), and text files that are read by tools.
 */
const BOILERPLATE = new RegExp(
  [
    /^(un)?licen[cs]e([-_. ].*)?$/,
    /^(copying|notices?|third[-_. ]?party.*)$/,
    /^(changelog|changes|history|release[-_. ]?notes|authors|contributors|maintainers)([-_. ]?v?\d.*)?$/,
    /^code[-_. ]of[-_. ]conduct$/,
    /^((.*[-_.])?requirements([-_.].*)?|constraints|cmakelists|robots|humans|llms(-full)?)$/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "i",
);

export function isDocument(path: string): boolean {
  return extname(path).toLowerCase() in FORMATS;
}

export function isBoilerplate(path: string): boolean {
  return BOILERPLATE.test(basename(path, extname(path)));
}

export function readDocument(path: string, text: string): FileEvent {
  if (text.trim() === "") return { kind: "skipped", path, reason: "empty", message: `${path} is empty` };
  const format = FORMATS[extname(path).toLowerCase()] ?? "text";
  const content: ProjectDocumentContent = {
    type: "project_document",
    path,
    title: findTitle(text, format),
    format,
    text,
  };
  return { kind: "target", target: { ref: { type: "project_document", id: path }, content } };
}
