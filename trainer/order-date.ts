/** How to read `12/01/2010`: not at all, as December 1, or as 12 January. */
export type DateFormat = 'iso' | 'mdy' | 'dmy';

/** The values of `--date-format`. */
export const DATE_FORMATS: readonly DateFormat[] = ['iso', 'mdy', 'dmy'];

const ISO =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.\d+)?)?(?<zone>Z|[+-]\d\d:?\d\d)?)?$/;

const PATTERNS: Readonly<Record<DateFormat, RegExp>> = {
  iso: ISO,
  mdy: /^(?<month>\d{1,2})[/.](?<day>\d{1,2})[/.](?<year>\d{4})(?: (?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d))?)?$/,
  dmy: /^(?<day>\d{1,2})[/.](?<month>\d{1,2})[/.](?<year>\d{4})(?: (?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d))?)?$/,
};

/** One date as read: a time, or why there is none. */
export type ParsedDate =
  | { readonly kind: 'time'; readonly atMs: number }
  /** Month and day could be swapped, and the format does not say which is which. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'not-a-date' };

/**
 * Reads a date with an optional time: `2010-12-01`, `2010-12-01 08:26:00`, ISO 8601, and with a
 * format `12/01/2010 08:26`. A time without a zone is UTC; milliseconds are cut off.
 *
 * @param format Dates of form `iso` are read under every format.
 */
export function parseOrderDate(text: string, format: DateFormat): ParsedDate {
  const match = ISO.exec(text) ?? PATTERNS[format].exec(text);
  if (!match?.groups) return { kind: PATTERNS.mdy.test(text) ? 'ambiguous' : 'not-a-date' };
  const { year, month, day, hour = '0', minute = '0', second = '0', zone = 'Z' } = match.groups;
  const localMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const atMs = localMs - zoneOffsetMs(zone);
  // `Date.UTC` turns February 30 into March 2 and 24:61 into the next day: only what reads back the same is a date.
  const local = new Date(localMs);
  const isReal =
    local.getUTCMonth() === Number(month) - 1 &&
    local.getUTCDate() === Number(day) &&
    local.getUTCHours() === Number(hour) &&
    local.getUTCMinutes() === Number(minute) &&
    local.getUTCSeconds() === Number(second);
  return isReal && atMs >= 0 ? { kind: 'time', atMs } : { kind: 'not-a-date' };
}

function zoneOffsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
}
