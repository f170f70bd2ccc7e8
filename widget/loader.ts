import { drawLastShelves } from './early-shelf.ts';
import { startEarly } from './early-start.ts';
import type { LoaderStub } from './loader-stub.ts';
import { pageLoaded } from './page-loaded.ts';
import { pictureTimeMs } from './picture-time.ts';
import { trustScriptUrl } from './trusted-script-url.ts';
import type { WidgetErrorCode } from './widget-error.ts';

/** Set by the build: the main chunk's path at the edge and its Subresource Integrity. */
declare const VITRINE_MAIN: { readonly path: string; readonly integrity: string };

/** The script that a merchant pastes: starts the widget and must never throw into the page. */
try {
  const script = document.currentScript as HTMLScriptElement | null;
  const page = window as { vitrine?: LoaderStub };
  if (page.vitrine) {
    // A tag pasted twice runs once, whatever its version.
    document.dispatchEvent(
      new CustomEvent('vitrine-error', { detail: { code: 'tag-twice' satisfies WidgetErrorCode } }),
    );
  } else if (script) {
    const edge = new URL(script.src).origin;
    const calls: LoaderStub['calls'] = [];
    const mayAsk = pageLoaded(window, pictureTimeMs(performance.getEntriesByName(script.src)[0]?.duration ?? 0));
    const startMain = () => {
      const main = document.createElement('script');
      main.type = 'module';
      main.integrity = VITRINE_MAIN.integrity;
      main.crossOrigin = 'anonymous';
      main.referrerPolicy = 'no-referrer';
      main.src = trustScriptUrl(`${edge}/${VITRINE_MAIN.path}`);
      document.head.append(main);
    };
    void mayAsk.then(startMain).catch(() => {});
    page.vitrine = {
      edge,
      dataset: { ...script.dataset },
      calls,
      early: startEarly(edge, script.dataset, mayAsk),
      track: (event) => void calls.push(['track', event]),
      setConsent: (level) => new Promise((settle) => calls.push(['setConsent', level, settle])),
    };
    drawLastShelves(script.dataset);
  }
} catch {
  // The shop's own lists stay as they are.
}
