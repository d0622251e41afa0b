import { genericWords, stopwordsFor } from "../language/stopwords.js";
import { stem, wordsOf } from "../language/words.js";

/** First and last message, both included, counted from 0. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where long conversations may be cut: between blocks, of which there are at most this many. */
const maxBlocks = 60;
const maxWordsPerMessage = 400;
/** How much more alike messages of one topic must be than messages of two, for a cut to be made. */
const minContrast = 0.52;

/** Two cuts fit more easily than one, by chance. */
const oneCutBonus = 0.06;
/** So many pairs of usual likeness are added on both sides: a few pairs prove little. */
const caution = 12;

type Vector = ReadonlyMap<string, number>;

/**
 * Cuts a conversation into at most three stretches whose messages are alike among themselves and unlike those of the
 * others. All ways to cut are tried; likeness is the cosine of TF-IDF vectors; the measure is
 * (within − across) / (within + across), as means over pairs of messages.
 */
export function segmentConversation(messages: readonly string[]): Stretch[] {
  if (messages.length === 0) return [];
  const blocks = blocksOf(messages);
  const cuts = bestCuts(sumsOf(blocks.map(({ vector }) => vector)));
  const starts = [0, ...cuts.map((cut) => blocks[cut]?.from ?? 0)];
  return starts.map((from, place) => ({ from, to: (starts[place + 1] ?? messages.length) - 1 }));
}

interface Block {
  /** The message that it begins with. */
  readonly from: number;
  readonly vector: Vector;
}

/** The messages, a few at a time if there are many. What says nothing ("Hi!") belongs to what follows it. */
function blocksOf(messages: readonly string[]): Block[] {
  const size = Math.ceil(messages.length / maxBlocks);
  const froms = messages.map((_, place) => place).filter((place) => place % size === 0);
  const vectors = vectorsOf(froms.map((from) => messages.slice(from, from + size).join("\n")));
  const blocks: Block[] = [];
  let start: number | null = null;
  froms.forEach((place, index) => {
    const vector = vectors[index] ?? new Map();
    start ??= place;
    if (vector.size < 2) return;
    blocks.push({ from: start, vector });
    start = null;
  });
  return blocks;
}

function vectorsOf(texts: readonly string[]): Vector[] {
  const words = texts.map((text) =>
    wordsOf(text)
      .slice(0, maxWordsPerMessage)
      .map((word) => word.toLowerCase()),
  );
  const stopwords = stopwordsFor(words.flat());
  const counts = words.map((list) =>
    countStems(list.filter((word) => word.length > 2 && !stopwords.has(word) && !genericWords.has(word))),
  );
  const documents = new Map<string, number>();
  for (const count of counts)
    for (const word of count.keys()) documents.set(word, (documents.get(word) ?? 0) + 1);
  return counts.map((count) => {
    const weighted = [...count].map(([word, times]): [string, number] => [
      word,
      (1 + Math.log(times)) * Math.log(1 + texts.length / (documents.get(word) ?? 1)),
    ]);
    const length = Math.hypot(...weighted.map(([, weight]) => weight)) || 1;
    return new Map(weighted.map(([word, weight]) => [word, weight / length]));
  });
}

function countStems(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(stem(word), (counts.get(stem(word)) ?? 0) + 1);
  return counts;
}

/** `sum(a, b, c, d)`: the likeness of all pairs of a block in [a, b) and one in [c, d), in constant time. */
interface Sums {
  readonly blocks: number;
  readonly sum: (a: number, b: number, c: number, d: number) => number;
}

function sumsOf(vectors: readonly Vector[]): Sums {
  const width = vectors.length + 1;
  const table = new Float64Array(width * width);
  const at = (row: number, column: number) => table[row * width + column] ?? 0;
  vectors.forEach((left, row) => {
    vectors.forEach((right, column) => {
      const alike = row === column ? 0 : dot(left, right);
      table[(row + 1) * width + column + 1] =
        alike + at(row, column + 1) + at(row + 1, column) - at(row, column);
    });
  });
  return { blocks: vectors.length, sum: (a, b, c, d) => at(b, d) - at(a, d) - at(b, c) + at(a, c) };
}

function dot(left: Vector, right: Vector): number {
  let sum = 0;
  for (const [word, weight] of left) sum += weight * (right.get(word) ?? 0);
  return sum;
}

/** The places of the best one or two cuts, none if no cut separates well enough. */
function bestCuts(sums: Sums): readonly number[] {
  let best: { cuts: readonly number[]; contrast: number } = { cuts: [], contrast: minContrast };
  const weigh = (cuts: readonly number[], bonus: number) => {
    const found = contrast(sums, cuts) + bonus;
    if (found > best.contrast) best = { cuts, contrast: found };
  };
  for (let first = minBlocks; first <= sums.blocks - minBlocks; first += 1) {
    weigh([first], oneCutBonus);
    for (let second = first + minBlocks; second <= sums.blocks - minBlocks; second += 1)
      weigh([first, second], 0);
  }
  return best.cuts;
}

/** A topic is at least two messages (blocks) long. */
const minBlocks = 2;

function contrast({ sum, blocks }: Sums, cuts: readonly number[]): number {
  const bounds = [0, ...cuts, blocks];
  let within = 0;
  let pairs = 0;
  for (let place = 0; place + 1 < bounds.length; place += 1) {
    const [from = 0, to = 0] = bounds.slice(place, place + 2);
    within += sum(from, to, from, to);
    pairs += (to - from) * (to - from - 1);
  }
  const all = sum(0, blocks, 0, blocks);
  const allPairs = blocks * (blocks - 1);
  const usual = (all / allPairs) * caution;
  const meanWithin = (within + usual) / (pairs + caution);
  const meanAcross = (all - within + usual) / (allPairs - pairs + caution);
  return meanWithin + meanAcross > 0 ? (meanWithin - meanAcross) / (meanWithin + meanAcross) : 0;
}
