/**
 * What somebody says in his own words, without what he quotes: a name, a value, or the input, which may speak of models, keys
 * and credit as well. In JSON and what looks like it, values stay, as they may be the words of the provider behind a
 * router; but not that of an `input`, which is how Python servers show what they refuse. What is all quotation stays as it is.
 */
export function ownWords(message: string): string {
  const own = message.replace(quotation, "$1$1");
  return /\p{L}/u.test(own) ? own : message;
}

/** From a quote where a word may begin, to the next of its kind where one may end. */
const quotation =
  /(?:(?<=["']input(?:_value)?["']: ?)|(?<=^|[\s([=])(?<!["']: ?))(["'`])(?:(?!\1).|\1(?=[\p{L}\p{N}]))+\1/gu;
