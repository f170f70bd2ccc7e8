import fc from 'fast-check';
import { utf8 } from '#protocol/bytes.ts';

type Json = unknown;

/** Without fast-check's liking for small numbers, which would leave the later fields in peace. */
const ANYWHERE = fc.noBias(fc.nat());
const FACTORS = [-1, 0, 0.5, 2, 1.000001, 1e9, 1e-9, 1e300, 1e-300];

/** Values that parsers stumble over, beside any JSON at all. */
const TROUBLE: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    '',
    [],
    {},
    -1,
    0,
    1,
    0.5,
    -0,
    99,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    1e-300,
    1e300,
    '__proto__',
  ),
  fc.constantFrom(
    'A'.repeat(43),
    '0'.repeat(64),
    'F'.repeat(64),
    'https://x',
    'javascript:x',
    'toString',
    '\u0000',
    '\ud800',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 2 }),
);

/**
 * A message with something wrong in one to three places: a value replaced, a field left out, added or put twice, or its
 * bytes damaged.
 *
 * @returns UTF-8, or what is left of it.
 */
export function mutatedJson(message: object): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const change = fc.record({
    at: ANYWHERE,
    how: fc.constantFrom('replace', 'tweak', 'tweak', 'delete', 'add'),
    value: TROUBLE,
    tweak: fc.record({ at: ANYWHERE, letter: fc.constantFrom(...'AzZ09-_/f'), factor: fc.constantFrom(...FACTORS) }),
  });
  const changed = fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const copy = JSON.parse(JSON.stringify(message)) as object;
    for (const { at, how, value, tweak } of changes) {
      const places = placesIn(copy);
      const place = places[at % places.length];
      if (!place) continue;
      const { within, key } = place;
      if (how === 'delete' && !Array.isArray(within)) delete within[key];
      else if (how === 'add') within[`${key}x`] = value;
      else within[key] = how === 'tweak' ? tweaked(within[key], tweak) : value;
    }
    return utf8(JSON.stringify(copy));
  });
  const damage = fc.record({ at: ANYWHERE, bytes: fc.uint8Array({ maxLength: 4 }), cut: fc.nat({ max: 4 }) });
  const damaged = damage.map(({ at, bytes, cut }) => {
    const text = utf8(JSON.stringify(message));
    const start = at % text.length;
    return Uint8Array.from([...text.subarray(0, start), ...bytes, ...text.subarray(start + cut)]);
  });
  return fc.oneof({ arbitrary: changed, weight: 3 }, damaged);
}

/** Nearly the same: a character or the size of a number is another. */
function tweaked(
  value: Json,
  { at, letter, factor }: { readonly at: number; readonly letter: string; readonly factor: number },
) {
  if (typeof value === 'number') return value * factor;
  if (typeof value !== 'string') return value;
  const start = at % (value.length + 1);
  return value.slice(0, start) + letter + value.slice(start + 1);
}

interface Place {
  readonly within: Record<string, Json>;
  readonly key: string;
}

/** Every value of a message, by where it is. */
function placesIn(value: Json): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const within = value as Record<string, Json>;
  return Object.keys(within).flatMap((key) => [{ within, key }, ...placesIn(within[key])]);
}
