/** A pasted script as a page has it. */
export interface PastedTag {
  /** Resolved against the page. */
  readonly src: URL | undefined;
  readonly shop: string;
  readonly keys: readonly string[];
  readonly helperKey: string | undefined;
  readonly hasCrossorigin: boolean;
  readonly hasNonce: boolean;
}

/** A start tag's attributes: name, and value in double, single or no quotes (HTML, section 13.1.2.3). */
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

/**
 * Finds the scripts of ours in a page. Reads no more HTML than that needs: what a script adds to the page later is not
 * seen.
 */
export function findPastedTags(html: string, page: URL): PastedTag[] {
  const shown = html.replace(/<!--[\s\S]*?-->/g, '');
  return [...shown.matchAll(/<script\b((?:"[^"]*"|'[^']*'|[^"'>])*)>/gi)]
    .map(([, text = '']) => attributesIn(text))
    .filter((attributes) => attributes.has('data-vitrine-shop'))
    .map((attributes) => {
      const src = attributes.get('src');
      return {
        src: src !== undefined && URL.canParse(src, page.href) ? new URL(src, page) : undefined,
        shop: attributes.get('data-vitrine-shop') ?? '',
        keys: (attributes.get('data-vitrine-key') ?? '').split(/\s+/).filter((key) => key !== ''),
        helperKey: attributes.get('data-vitrine-helper-key'),
        hasCrossorigin: attributes.has('crossorigin'),
        hasNonce: attributes.has('nonce'),
      };
    });
}

function attributesIn(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      (double ?? single ?? bare ?? '').replaceAll('&amp;', '&'),
    ]),
  );
}
