/**
 * The part of valibot that a page needs, put in its place when the widget is built: valibot's own words for what
 * is wrong, and its ways of asking, would be a seventh of the Worker. A test holds it to valibot's verdicts.
 *
 * A schema is a function that returns its output or throws {@link INVALID}. Issues are empty.
 */

type Parse = (value: unknown) => unknown;
type Claim = (value: never) => boolean;

/** Stands in an object for a key that may be missing. */
type Optional = Parse & { readonly missing?: () => unknown };

const INVALID = Symbol();

const must =
  (claim: Claim): Parse =>
  (value) => {
    if (!claim(value as never)) throw INVALID;
    return value;
  };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export function safeParse(schema: Parse, value: unknown): object {
  try {
    return { success: true, output: schema(value) };
  } catch (error) {
    if (error !== INVALID) throw error;
    return { success: false, issues: [{}] };
  }
}

export const getDotPath = (): undefined => undefined;

export const string = () => must((value: unknown) => typeof value === 'string');
export const boolean = () => must((value: unknown) => typeof value === 'boolean');
/** As valibot's: NaN is none. */
export const number = () => must((value: unknown) => typeof value === 'number' && !Number.isNaN(value));
export const literal = (wanted: unknown) => must((value: unknown) => value === wanted);
export const picklist = (options: readonly unknown[]) => must((value: unknown) => options.includes(value));

export const check = must;
export const regex = (pattern: RegExp) => must((value: string) => pattern.test(value));
export const length = (wanted: number) => must((value: string) => value.length === wanted);
export const minLength = (least: number) => must((value: string) => value.length >= least);
export const maxLength = (most: number) => must((value: string) => value.length <= most);
export const minValue = (least: number) => must((value: number) => value >= least);
export const maxValue = (most: number) => must((value: number) => value <= most);
export const gtValue = (bound: number) => must((value: number) => value > bound);
export const finite = () => must(Number.isFinite);
export const safeInteger = () => must(Number.isSafeInteger);
export const trim = (): Parse => (value) => (value as string).trim();
export const transform = (change: Parse): Parse => change;

export const pipe =
  (...steps: readonly Parse[]): Parse =>
  (value) =>
    steps.reduce((parsed, step) => step(parsed), value);

export const nullable =
  (schema: Parse): Parse =>
  (value) =>
    value === null ? null : schema(value);

export function optional(schema: Parse, fallback?: unknown): Optional {
  const missing = () => (fallback === undefined ? undefined : schema(fallback));
  return Object.assign((value: unknown) => (value === undefined ? missing() : schema(value)), { missing });
}

export const array =
  (schema: Parse): Parse =>
  (value) => {
    if (!Array.isArray(value)) throw INVALID;
    return Array.from(value, (item) => schema(item)); // which passes over no hole
  };

export const object =
  (entries: Readonly<Record<string, Optional>>): Parse =>
  (value) => {
    if (!isObject(value)) throw INVALID;
    const parsed: Record<string, unknown> = {};
    for (const [key, schema] of Object.entries(entries)) {
      if (key in value) parsed[key] = schema(value[key]);
      else if (!schema.missing) throw INVALID;
      else if (schema.missing() !== undefined) parsed[key] = schema.missing();
    }
    return parsed;
  };

export const strictObject =
  (entries: Readonly<Record<string, Optional>>): Parse =>
  (value) => {
    const parsed = object(entries)(value);
    for (const key in value as object) if (!Object.hasOwn(entries, key)) throw INVALID;
    return parsed;
  };

export const record =
  (keys: Parse, values: Parse): Parse =>
  (value) => {
    if (!isObject(value)) throw INVALID;
    const parsed: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      // Keys that mean something to the language are passed over.
      if (!['__proto__', 'prototype', 'constructor'].includes(key)) parsed[keys(key) as string] = values(item);
    }
    return parsed;
  };

/** The options differ in the literals of one key, so at most one of them fits. */
export const variant =
  (_key: string, options: readonly Parse[]): Parse =>
  (value) => {
    for (const option of options) {
      const result = safeParse(option, value) as { success: boolean; output: unknown };
      if (result.success) return result.output;
    }
    throw INVALID;
  };
