import type { CDPSession } from 'playwright-core';

/** The browser's own protocol with one of a page's Workers, which Playwright has no session for. */
export interface WorkerSession {
  /** @throws {Error} If the browser refuses. */
  send<Result>(method: string, params?: object): Promise<Result>;
}

/** Attaches to the page's first Worker, now or as soon as there is one. */
export async function attachToWorker(page: CDPSession): Promise<WorkerSession> {
  const attached = new Promise<string>((resolve) => {
    page.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') resolve(sessionId);
    });
  });
  // Messages in messages: sessions of their own would need a connection of our own.
  await page.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  page.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result, error } = JSON.parse(message);
    if (error) waiting.get(id)?.reject(new Error(error.message));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  let lastId = 0;
  return {
    async send<Result>(method: string, params: object = {}) {
      const id = ++lastId;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(id, answer);
      await page.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
      return answer.promise as Promise<Result>;
    },
  };
}
