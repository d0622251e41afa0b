/** Names that every program calls: they say nothing about this one. */
export const ordinaryNames = new Set(
  `if else do with case for while switch catch function return typeof await new super match fn func def async import require constructor
  elif except with and or not in is lambda assert print println Printf Println Sprintf Errorf Fatalf Fatal Fprintf Error Close printf log warn debug info push pop shift unshift map filter
  forEach reduce some every find findIndex includes indexOf lastIndexOf slice splice concat join split replace replaceAll
  trim toLowerCase toUpperCase startsWith endsWith charAt charCodeAt at has get set add delete keys values entries flatMap
  toString valueOf String Number Boolean Array Object Symbol BigInt Map Set Promise Date RegExp Error isArray from of assign
  freeze call apply bind then finally resolve reject len range str int float dict list tuple set isinstance getattr
  hasattr setattr super append extend items format type repr sorted enumerate zip min max abs sum any all iter next open Some Ok Err None Box
  Vec vec unwrap expect clone to_string into iter collect as_ref as_str unwrap_or make cap copy panic string int64 byte
  error equals hashCode size length isEmpty contains defineProperty hasOwnProperty exec test parseInt parseFloat
  WeakMap WeakSet Proxy TypeError RangeError unknown expect it describe beforeEach afterEach sort reverse fill flat fromEntries
  format! println! vec! write! Self self cls object`
    .trim()
    .split(/\s+/u),
);

const builtIn =
  /^(?:Math|Number|Object|Array|String|JSON|Promise|Reflect|Date|Symbol|BigInt|Buffer|System|Atomics|Intl|console)$/u;

/** Functions that a body calls, in order, by their last name (with the class, if it is one): `encode`, `Cache.read`. */
export function callsIn(body: string, name: string): string[] {
  const called = [
    ...body.matchAll(
      /(?<![\p{L}\p{N}_$])((?:[\p{L}_$][\p{L}\p{N}_$]*(?:\?\.|\.|::))*)([\p{L}_$][\p{L}\p{N}_$]*)!?\s*(?:<[^()<>]{0,60}>)?\(/gu,
    ),
  ];
  return called.flatMap(([whole, path = "", last = ""], place) => {
    const before = body.slice(Math.max(0, (called[place]?.index ?? 0) - 10), called[place]?.index ?? 0);
    if (
      last === name ||
      last.length < 3 ||
      ordinaryNames.has(last) ||
      /\b(?:new|function|def|func|fn)\s+$/u.test(before)
    )
      return [];
    const owner = /([\p{L}_$][\p{L}\p{N}_$]*)(?:\?\.|\.|::)$/u.exec(path)?.[1];
    if (owner !== undefined && builtIn.test(owner)) return [];
    return whole.length > 60
      ? []
      : [owner !== undefined && /^[A-Z][A-Za-z]+$/u.test(owner) ? `${owner}.${last}` : last];
  });
}
