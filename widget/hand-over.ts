/** What a script dispatches on its own element while it runs; `detail` is for the one that started it. */
export const HAND_OVER = 'vitrine-hand-over';

/**
 * The script's side of `runPageScript`.
 *
 * @param script Its own element: `document.currentScript`.
 */
export function handOver<Handed>(script: HTMLOrSVGScriptElement | null, detail: Handed): void {
  script?.dispatchEvent(new CustomEvent(HAND_OVER, { detail }));
}
