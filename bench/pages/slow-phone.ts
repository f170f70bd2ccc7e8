import type { BrowserContext, CDPSession, Page } from 'playwright-core';

/** The main thread's slowdown; Chromium leaves Workers at full speed. */
export const SLOWDOWN = 4;

/** Opens an empty page whose main thread runs at a quarter of its speed. */
export async function openOnSlowPhone(device: BrowserContext): Promise<{ page: Page; session: CDPSession }> {
  const page = await device.newPage();
  const session = await device.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  return { page, session };
}
