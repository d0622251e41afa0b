/** Sections that are in every README and say nothing about its subject. */
const boilerplate =
  /\b(licen[cs]e|licensing|contribut\w*|sponsors?|backers|donat\w*|funding|acknowledge?ments?|thanks|credits?|authors?|team|maintainers?|people|staff|changelog|change log|release notes?|history|code of conduct|security|support us|get(?:ting)? help|table of contents|contents|toc|community|testimonials?|what people|who'?s? us(?:es|ing)|used by|users|showcase|related|links|badges|resources|further reading|see also|references|stargazers|next steps|what'?s next|contact|questions|legal|copyright|disclaimer|governance|stay in touch|ecosystem|translations?|philosophy of semver|versioning)\b/iu;
/** Sections that say how, not what. */
const practical =
  /\b(install\w*|get(?:ting)? started|quick ?start|usage|use|examples?|develop\w*|build\w*|test(?:s|ing)|benchmarks?|performance|faq|troubleshoot\w*|requirements?|prerequisites|migrat\w*|upgrad\w*|browsers?|compatib\w*|set-?up|deploy\w*|debug\w*|editor|docker|run(?:ning)?|known issues|tips|caveats|notes?|typescript|platforms?|options|parameters|api|reference|import\w*)\b/iu;
const introducing =
  /\b(introduction|overview|about|what(?:'s| is| are| it does)|why|motivation|features|highlights|summary|purpose|abstract|description|concepts?|how it works|background|goals?)\b/iu;

/**
 * How much the prose under these headings says about the subject of the document: 0 (nothing) to 1.2. The innermost
 * heading decides, but nothing below a boilerplate section counts.
 */
export function sectionWeight(section: readonly string[]): number {
  if (section.some((heading) => boilerplate.test(heading))) return 0;
  const innermost = section.at(-1);
  if (innermost === undefined) return 1.1;
  if (introducing.test(innermost)) return 1.2;
  return section.some((heading) => practical.test(heading)) ? 0.5 : 0.9;
}
