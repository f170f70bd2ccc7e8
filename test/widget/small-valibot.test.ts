import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import * as valibot from 'valibot';
import { expect, test, vi } from 'vitest';
import { fromBase64Url, utf8Text } from '#protocol/bytes.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import * as small from '#widget/small-valibot.ts';
import { publish, publishLive } from './published-shop.ts';

/**
 * Loads every file of the widget and of the protocol that has schemas with a valibot that makes each of them
 * twice, with the library and with what stands in for it when the widget is built.
 */

type Make = (...made: unknown[]) => unknown;

/** One schema, or one step of it. */
class Pair {
  readonly real: unknown;
  readonly small: unknown;

  constructor(real: unknown, standIn: unknown) {
    this.real = real;
    this.small = standIn;
  }
}

const pairs: Pair[] = [];

function makeBoth(name: string): Make {
  return (...args) => {
    const make = (side: 'real' | 'small', library: object) =>
      (library as Record<string, Make>)[name]?.(...args.map((arg) => sideOf(arg, side)));
    const pair = new Pair(make('real', valibot), make('small', small));
    pairs.push(pair);
    return pair;
  };
}

/** An argument, with one side of each pair in it. */
function sideOf(arg: unknown, side: 'real' | 'small'): unknown {
  if (arg instanceof Pair) return arg[side];
  if (Array.isArray(arg)) return arg.map((item) => sideOf(item, side));
  if (typeof arg !== 'object' || arg === null || arg instanceof RegExp) return arg;
  return Object.fromEntries(Object.entries(arg).map(([key, value]) => [key, sideOf(value, side)]));
}

/** Only what the stand-in has is there, so that a file in need of more would not load. */
const makers = Object.fromEntries(Object.keys(small).map((name) => [name, makeBoth(name)]));

async function loadSchemas(): Promise<readonly Pair[]> {
  vi.resetModules(); // or files that are loaded already would keep theirs
  vi.doMock('valibot', () => makers);
  for (const folder of ['protocol', 'widget']) {
    const root = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
    for (const name of await readdir(root)) {
      const text = await readFile(root + name, 'utf8');
      // The element needs a page; its one schema is another file's.
      if (!text.includes("from 'valibot'") || text.includes("from 'lit'") || name === 'assemble.ts') continue;
      await import(/* @vite-ignore */ root + name);
    }
  }
  vi.doUnmock('valibot');
  vi.resetModules();
  return pairs.filter(({ real }) => (real as valibot.GenericSchema).kind === 'schema');
}

const schemas = await loadSchemas();

interface Outcome {
  readonly success: boolean;
  readonly output?: unknown;
}

/** What each makes of a value. */
function outcomes({ real, small: standIn }: Pair, value: unknown): readonly [Outcome, Outcome] {
  const tell = ({ success, output }: Outcome): Outcome => (success ? { success, output } : { success });
  return [
    tell(valibot.safeParse(real as valibot.GenericSchema, value)),
    tell(small.safeParse(standIn as never, value) as Outcome),
  ];
}

const TEXTS = [
  'corner-shop',
  'mug-4',
  'a3'.repeat(32),
  'v2-0123abcd',
  'K'.repeat(43),
  's'.repeat(86),
  'EUR',
  '/p/4',
  'https://edge.example',
  '  lamp ',
  'memory',
];
const hostileText = fc.oneof(
  fc.constantFrom('', ' ', '\0', '__proto__', 'constructor', 'toString', '//evil.example', 'javascript:alert(1)'),
  fc.constantFrom(128, 129, 200, 201, 500, 501, 2049).map((length) => 'x'.repeat(length)),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const hostileNumber = fc.oneof(
  fc.constantFrom(Number.NaN, -0, 0, -1, 0.5, 1, 2, 100, 256, 257, 2 ** 53, 1e300, Number.POSITIVE_INFINITY),
  fc.double(),
);
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  { weight: 2, arbitrary: hostileNumber },
  fc.constantFrom(undefined, null, true, false, 7n, Symbol.iterator),
  fc.constantFrom([], [[]], [undefined], {}, () => 1, new Date(7), new Map([['kind', 'view']]), new String('mug-4')),
  fc
    .constantFrom('{"__proto__":"in"}', '{"__proto__":{"kind":"hide"}}', '{"constructor":"in"}')
    .map((text) => JSON.parse(text) as unknown),
  fc.object({ maxDepth: 2 }),
);

/** A schema of valibot's with what the kinds of it say of themselves. */
interface Described extends valibot.GenericSchema {
  readonly entries: Readonly<Record<string, Described>>;
  readonly item: Described;
  readonly value: Described;
  readonly wrapped: Described;
  readonly options: readonly unknown[];
  readonly literal: unknown;
}

/** Values that look like a schema's: not all fit, since steps of a pipe may ask for more. */
function likely(schema: Described): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'object':
    case 'strict_object':
      return fc.record(mapValues(schema.entries, likely), { requiredKeys: requiredKeys(schema) });
    case 'array':
      return fc.array(likely(schema.item), { maxLength: 3 });
    case 'record':
      return fc.dictionary(fc.oneof(fc.constantFrom(...TEXTS), hostileText), likely(schema.value), { maxKeys: 3 });
    case 'variant':
      return fc.oneof(...(schema.options as readonly Described[]).map(likely));
    case 'optional':
      return fc.option(likely(schema.wrapped), { nil: undefined });
    case 'nullable':
      return fc.option(likely(schema.wrapped));
    case 'picklist':
      return fc.constantFrom(...schema.options);
    case 'literal':
      return fc.constant(schema.literal);
    case 'boolean':
      return fc.boolean();
    case 'number':
      return fitting(schema, [0, 1, 2, 17, 100, 255, 0.25, 1e-4]);
    case 'string':
      return fitting(schema, TEXTS);
    default:
      throw new RangeError(`expected a kind of schema that this test knows, got ${schema.type}`);
  }
}

function requiredKeys({ entries }: Described): string[] {
  return Object.keys(entries).filter((key) => entries[key]?.type !== 'optional');
}

/** Those of some values that a schema takes. */
function fitting(schema: valibot.GenericSchema, values: readonly unknown[]): fc.Arbitrary<unknown> {
  const taken = values.filter((value) => valibot.safeParse(schema, value).success);
  if (taken.length === 0) throw new RangeError(`expected a value that ${schema.type} takes, got none`);
  return fc.constantFrom(...taken);
}

function mapValues<T, U>(entries: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, change(value)]));
}

/** A change of a value somewhere within it. */
interface Change {
  /** At each level, which of its keys; ends early where there are none. */
  readonly path: readonly number[];
  readonly act: 'replace' | 'drop' | 'add';
  readonly key: string;
  readonly by: unknown;
}

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    path: fc.array(fc.nat(12), { maxLength: 4 }),
    act: fc.constantFrom('replace', 'drop', 'add'),
    key: fc.constantFrom('more', '__proto__', 'constructor', 'hasOwnProperty', 'kind', 'format', '0', 'length'),
    by: hostile,
  }),
  { maxLength: 2 },
);

/** A copy with one change. */
function changed(value: unknown, { path, act, key, by }: Change): unknown {
  if (typeof value !== 'object' || value === null) return by;
  const copy: unknown[] | object = Array.isArray(value) ? [...value] : { ...value };
  const keys = Object.keys(copy);
  const [at, ...rest] = path;
  const chosen = keys.length > 0 && at !== undefined ? keys[at % keys.length] : undefined;
  const put = (name: string, item: unknown) =>
    Object.defineProperty(copy, name, { value: item, enumerable: true, configurable: true, writable: true });
  if (chosen !== undefined && rest.length > 0) {
    return put(chosen, changed((copy as Record<string, unknown>)[chosen], { path: rest, act, key, by }));
  }
  if (act === 'add' && !Array.isArray(copy)) return put(key, by);
  if (chosen === undefined) return by;
  if (act === 'drop') Reflect.deleteProperty(copy, chosen);
  else put(chosen, by);
  return copy;
}

test('every kind of schema and step that the stand-in has is in use', () => {
  const used = pairs.flatMap(({ real }) => [(real as { readonly type: string }).type]);
  const kinds = [
    'object',
    'strict_object',
    'variant',
    'record',
    'array',
    'optional',
    'nullable',
    'picklist',
    'literal',
  ];
  const steps = ['regex', 'length', 'min_length', 'max_length', 'min_value', 'max_value', 'gt_value', 'finite'];
  const others = ['string', 'number', 'boolean', 'safe_integer', 'trim', 'transform', 'check'];
  expect(new Set(used)).toEqual(new Set([...kinds, ...steps, ...others]));
});

test('each schema of the widget gives the verdict and the output of valibot, on values like its own and on spoiled ones', () => {
  expect(schemas.length).toBeGreaterThan(60);
  for (const pair of schemas) {
    const values = fc
      .tuple(likely(pair.real as Described), changes)
      .map(([value, steps]) => steps.reduce((spoiled: unknown, step) => changed(spoiled, step), value));
    const verdicts = new Set<boolean>();
    const property = fc.property(fc.oneof({ weight: 5, arbitrary: values }, hostile), (value) => {
      const [real, standIn] = outcomes(pair, value);
      verdicts.add(real.success);
      expect(standIn).toStrictEqual(real);
    });
    fc.assert(property, { numRuns: 400, seed: 1871 });
    expect(verdicts).toContain(false);
  }
});

test('signed messages, whole and spoiled, are taken or refused by both alike, and come out the same', async () => {
  const { key } = await generateSigningKey();
  const nowMs = 1_900_000_000_000;
  const { manifest, envelope } = await publish({ key, sequence: 2, nowMs });
  const signed = await publishLive(key, nowMs, {
    stock: { ['mug-4' as never]: 'low' },
    rules: [
      { kind: 'pin', target: { by: 'item', itemId: 'mug-4' as never }, rank: 3 },
      { kind: 'boost', target: { by: 'category', path: 'Home/Mugs' }, factor: 1.7 },
    ],
  });
  const live = JSON.parse(utf8Text(fromBase64Url(signed.payload))) as unknown;
  for (const message of [manifest, envelope, live]) {
    const readers = schemas.filter((pair) => outcomes(pair, message)[0].success);
    expect(readers).not.toEqual([]);
    const property = fc.property(changes, (steps) => {
      const spoiled = steps.reduce((value: unknown, step) => changed(value, step), message);
      for (const pair of readers) {
        const [real, standIn] = outcomes(pair, spoiled);
        expect(standIn).toStrictEqual(real);
      }
    });
    fc.assert(property, { numRuns: 1500, seed: 977 });
  }
});
