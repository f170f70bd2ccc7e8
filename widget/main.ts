import { assemble, type Chunks } from './assemble.ts';
import type { LoaderStub } from './loader-stub.ts';
import { parseTag } from './tag.ts';
import { codeOf } from './widget-error.ts';

/** Set by the build. */
declare const VITRINE_CHUNKS: Chunks;

/** The widget's entry: reads the tag and starts. A tag that cannot be read leaves the page as it is. */
async function main(): Promise<void> {
  const page = window as unknown as { vitrine: LoaderStub };
  try {
    const { edge, dataset, calls, early } = page.vitrine;
    const api = await assemble(parseTag(dataset, edge), VITRINE_CHUNKS, early);
    Object.assign(page.vitrine, api);
    for (const [name, argument, settle] of calls) {
      const effect = api[name](argument);
      settle?.(effect);
    }
  } catch (error) {
    document.dispatchEvent(new CustomEvent('vitrine-error', { detail: { code: codeOf(error) } }));
  }
}

void main();
