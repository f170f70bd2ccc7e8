import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import * as v from 'valibot';

/** One task of a page's main thread. */
export interface TracedTask {
  readonly durationMs: number;
  /** Part of it in which a script of the asked origin was on the stack, by the sampling profiler. */
  readonly scriptMs: number;
}

const CATEGORIES = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-v8.cpu_profiler',
  'v8.execute',
];

/**
 * Records a trace of what happens meanwhile; Chrome's Performance panel shows it as a flame chart. The
 * profiler in it makes scripts about half as slow again.
 *
 * @param path Written when it is over.
 */
export async function recordTrace(
  { browser, page }: { readonly browser: Browser; readonly page: Page },
  path: string,
  meanwhile: () => Promise<void>,
): Promise<void> {
  await browser.startTracing(page, { path, categories: CATEGORIES });
  try {
    await meanwhile();
  } finally {
    await browser.stopTracing();
  }
}

/** Times are in microseconds. */
const EventSchema = v.object({
  name: v.string(),
  pid: v.number(),
  tid: v.number(),
  id: v.optional(v.union([v.string(), v.number()])),
  ts: v.optional(v.number(), 0),
  dur: v.optional(v.number(), 0),
});
const TraceSchema = v.object({ traceEvents: v.array(v.looseObject(EventSchema.entries)) });
type TraceEvent = v.InferOutput<typeof TraceSchema>['traceEvents'][number];

const ThreadNameSchema = v.object({ args: v.object({ name: v.string() }) });
const ProfileSchema = v.object({ args: v.object({ data: v.object({ startTime: v.number() }) }) });
const ChunkSchema = v.object({
  args: v.object({
    data: v.object({
      cpuProfile: v.optional(
        v.object({
          nodes: v.optional(
            v.array(
              v.object({
                id: v.number(),
                parent: v.optional(v.number()),
                callFrame: v.object({ url: v.optional(v.string(), '') }),
              }),
            ),
            [],
          ),
          samples: v.optional(v.array(v.number()), []),
        }),
        {},
      ),
      timeDeltas: v.optional(v.array(v.number()), []),
    }),
  }),
});

/**
 * The tasks of a traced page's main thread.
 *
 * Scripts are known by samples of their stacks and not by the trace's events, since what goes on after
 * an `await` runs in events that name no script.
 *
 * @param origin Whose scripts to look for.
 */
export async function readTasks(path: string, origin: string): Promise<TracedTask[]> {
  const { traceEvents } = v.parse(TraceSchema, JSON.parse(await readFile(path, 'utf8')));
  const isMain = new Set(
    traceEvents
      .filter(
        (event) => event.name === 'thread_name' && v.parse(ThreadNameSchema, event).args.name === 'CrRendererMain',
      )
      .map(threadOf),
  );
  return traceEvents
    .filter((event) => event.name === 'Profile' && isMain.has(threadOf(event)))
    .flatMap((profile) => {
      const samples = samplesOf(profile, traceEvents, origin);
      return traceEvents
        .filter((event) => event.name === 'RunTask' && threadOf(event) === threadOf(profile))
        .map(({ ts, dur }) => ({ durationMs: dur / 1000, scriptMs: scriptMsWithin(samples, ts, ts + dur) }));
    });
}

interface Sample {
  readonly atUs: number;
  readonly lastedUs: number;
}

/** Samples in which a script of that origin is on the stack. */
function samplesOf(profile: TraceEvent, events: readonly TraceEvent[], origin: string): Sample[] {
  const chunks = events
    .filter(({ name, id, pid }) => name === 'ProfileChunk' && id === profile.id && pid === profile.pid)
    .sort((a, b) => a.ts - b.ts);
  const isOurs = new Map<number, boolean>();
  const samples: Sample[] = [];
  let atUs = v.parse(ProfileSchema, profile).args.data.startTime;
  for (const chunk of chunks) {
    const { cpuProfile, timeDeltas } = v.parse(ChunkSchema, chunk).args.data;
    // A node's parent comes before it.
    for (const { id, parent, callFrame } of cpuProfile.nodes ?? []) {
      isOurs.set(id, callFrame.url.startsWith(origin) || (parent !== undefined && isOurs.get(parent) === true));
    }
    for (const [index, node] of (cpuProfile.samples ?? []).entries()) {
      const lastedUs = timeDeltas[index] ?? 0;
      atUs += lastedUs;
      if (isOurs.get(node)) samples.push({ atUs, lastedUs });
    }
  }
  return samples;
}

function scriptMsWithin(samples: readonly Sample[], fromUs: number, toUs: number): number {
  let sumUs = 0;
  for (const { atUs, lastedUs } of samples) {
    if (atUs >= fromUs && atUs <= toUs) sumUs += Math.min(lastedUs, atUs - fromUs);
  }
  return sumUs / 1000;
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid} ${tid}`;
}
