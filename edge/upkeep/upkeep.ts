import { DurableObject } from 'cloudflare:workers';
import type { Env } from '#edge/env.ts';
import { clearDeletedShops } from './clear-shop.ts';
import { collectFiles, collectOrphans } from './collect-files.ts';
import type { UpkeepStub } from './upkeep-stub.ts';

const WAKE_DELAY_MS = 1000;
/** Work that nobody announces, such as files that have become old enough to go. */
const INTERVAL_MS = 6 * 60 * 60 * 1000;

/** Under this name: how far the bucket was looked through for objects that nothing names. */
const CURSOR = 'orphans-cursor';

/**
 * What a party does by itself, as one Durable Object with an alarm: it clears away what deleted shops have left, and
 * files that nothing needs.
 * Every job looks at storage for what is to be done, so a run that was cut off is made up for by the next.
 */
export class Upkeep extends DurableObject<Env> implements UpkeepStub {
  async wake(): Promise<void> {
    const { storage } = this.ctx;
    const planned = await storage.getAlarm();
    const soon = Date.now() + WAKE_DELAY_MS;
    if (planned === null || planned > soon) await storage.setAlarm(soon);
  }

  async alarm(): Promise<void> {
    // First, so that a job that fails, or the end of the process, is followed by another run.
    await this.ctx.storage.setAlarm(Date.now() + INTERVAL_MS);
    await clearDeletedShops(this.env);
    await collectFiles(this.env, Date.now());
    const cursor = (await this.ctx.storage.get<string>(CURSOR)) || undefined;
    const next = await collectOrphans(this.env, cursor, Date.now());
    await this.ctx.storage.put(CURSOR, next ?? '');
  }
}
