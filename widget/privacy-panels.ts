import { adoptStyles, css, html, nothing } from 'lit';
import { runPageScript } from './page-script.ts';
import type { CreatePrivacyController, PrivacyController, PrivacyParts } from './privacy-controller.ts';
import { PRIVACY_REQUEST, PrivacyElement } from './privacy-element.ts';
import type { Chunk } from './start-worker.ts';

/** The page's privacy panels. */
export interface PrivacyPanels {
  /** Draws every panel anew. Never rejects. */
  update(): Promise<void>;
}

/** What the panels' script has of the main chunk's Lit, since it must not ship twice: all that it imports. */
const lit = { adoptStyles, css, html, nothing };

/**
 * Waits for the page's first privacy panel, wherever and whenever it appears, and only then fetches the panels'
 * script.
 *
 * @param page Where the panels' request events bubble to.
 * @param onFailure The script cannot be had: panels stay empty.
 */
export function watchPrivacyPanels({
  page,
  edge,
  chunk,
  parts,
  onFailure,
}: {
  readonly page: Document;
  readonly edge: string;
  readonly chunk: Chunk;
  readonly parts: PrivacyParts;
  readonly onFailure: (error: unknown) => void;
}): PrivacyPanels {
  let controller: Promise<PrivacyController> | undefined;
  page.addEventListener(PRIVACY_REQUEST, (event) => {
    const [panel] = event.composedPath();
    if (!(panel instanceof PrivacyElement)) return;
    controller ??= runPageScript<CreatePrivacyController>(edge, chunk, { lit }).then((create) => create(parts));
    controller.then(({ open }) => open(panel)).catch(onFailure);
  });
  return {
    async update() {
      await controller?.then(({ update }) => update()).catch(() => {}); // a failure was told when it happened
    },
  };
}
