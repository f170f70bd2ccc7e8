interface ScriptUrlPolicy {
  createScriptURL(url: string): string;
}

interface TrustedTypesWindow {
  readonly trustedTypes?: { createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy };
}

/** Made once: a page may forbid a second policy of one name. */
let policy: ScriptUrlPolicy | undefined;

/**
 * Passes a script address of our own through Trusted Types, where a page demands them.
 *
 * Such a page lists `vitrine` (and Lit's `lit-html`) in its `trusted-types` directive, with
 * `'allow-duplicates'`, since loader and widget are separate scripts.
 */
export function trustScriptUrl(url: string): string {
  policy ??= (globalThis as TrustedTypesWindow).trustedTypes?.createPolicy('vitrine', {
    createScriptURL: (trusted) => trusted,
  });
  return policy ? policy.createScriptURL(url) : url;
}
