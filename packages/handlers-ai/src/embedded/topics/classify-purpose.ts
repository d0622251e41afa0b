/**
 * What a stretch of conversation is for. The first that fits best, in this order:
 * - `problem`: something fails, and somebody says so
 * - `decision`: something is settled
 * - `planning`: who will do what, and when
 * - `question`: somebody wants to know something
 * - `information`: somebody tells something (when nothing else fits)
 * - `smalltalk`: greetings, thanks and jokes, with little else
 */
export const purposes = ["problem", "decision", "planning", "question", "information", "smalltalk"] as const;

export type Purpose = (typeof purposes)[number];

const signs: readonly (readonly [Purpose, RegExp])[] = [
  [
    "problem",
    /\b(?:errors?|fail(?:s|ed|ing|ure)?|bugs?|broken|breaks?|crash(?:es|ed|ing)?|exceptions?|stack ?trace|does(?:n't| not) work|not working|stopped working|can(?:'t|not) (?:connect|start|find|get|open|build|run|reach|log)|wrong|issues?|problems?|hangs?|stuck|timed? ?out|leak(?:s|ing)?|regression|outage|unexpected(?:ly)?|trouble)\b/giu,
  ],
  [
    "decision",
    /\b(?:let's (?:go with|use|do|keep|drop|take|stick|merge)|we(?:'ll| will) (?:go with|use|keep|drop)|(?:we|I) (?:decided|agreed|chose|settled)|decision|decided|agreed|approved|settled|final(?:ly)? (?:choice|answer)|sounds good,? (?:let's|go)|go ahead|\+1|deal|I(?:'d| would) (?:vote|go) (?:for|with)|consensus)\b/giu,
  ],
  [
    "planning",
    /\b(?:tomorrow|next (?:week|month|sprint|release|step)|deadline|schedule[ds]?|milestones?|roadmap|by (?:monday|tuesday|wednesday|thursday|friday|the end|tonight|noon)|on (?:monday|tuesday|wednesday|thursday|friday)|plan(?:s|ned|ning)?|agenda|meeting|todo|to-do|I(?:'ll| will) (?:take|do|write|prepare|send|look|open|have|start|finish)|can you (?:take|do|prepare|review|send)|who (?:can|will|takes)|estimate[ds]?|assign(?:ed)?)\b/giu,
  ],
  [
    "question",
    /\?(?=\s|$)|\b(?:how (?:do|does|can|should|would|to)|what(?:'s| is| are| does)|why (?:is|does|do|are)|which (?:one|is)|is there|are there|does anyone|could (?:you|someone)|wondering|any (?:idea|advice|tips))\b/giu,
  ],
];

const pleasantry =
  /\b(?:hi|hello|hey|good (?:morning|afternoon|evening|night)|how are you|thanks?|thank you|cheers|bye|see you|have a (?:nice|great|good)|welcome|lol|haha+|weekend|congrats|congratulations|happy birthday|nice to|no worries|you too|take care|weather|lunch|coffee)\b/giu;

/** Looks at what share of the messages, mere pleasantries apart, shows signs of each purpose. */
export function classifyPurpose(messages: readonly string[]): Purpose {
  const telling = messages.filter((text) => countOf(text, /\S+/gu) > 7 * countOf(text, pleasantry));
  if (telling.length === 0) return "smalltalk";
  const scored = signs.map(([purpose, pattern]): [Purpose, number] => [
    purpose,
    shareOf(telling, purpose, pattern),
  ]);
  const [best, share] = scored.reduce((a, b) => (b[1] > a[1] ? b : a));
  return share >= minShare ? best : "information";
}

const minShare = 0.3;
/** What was asked before is outdone by what was decided then. */
const decisive = 1.2;

/** Questions and problems are raised at the beginning, decisions and plans are made at the end. */
function shareOf(messages: readonly string[], purpose: Purpose, pattern: RegExp): number {
  const isRaised = purpose === "question" || purpose === "problem";
  let sum = 0;
  let all = 0;
  messages.forEach((text, place) => {
    const position = messages.length === 1 ? 0.5 : place / (messages.length - 1);
    const weight = isRaised ? 1.5 - position : 0.6 + position;
    const length = text.split(/\s+/u).length;
    // One sign in a long message means less than one in a short one.
    sum += weight * Math.min(1, countOf(text, pattern) / Math.max(1, length / 40));
    all += weight;
  });
  return (sum / all) * (purpose === "decision" ? decisive : 1);
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
