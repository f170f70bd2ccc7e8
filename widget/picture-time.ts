/**
 * How long the page's own pictures may have the line before the widget asks for more: half of what the loader took above
 * 100 ms, so no time on a fast line, or where the loader was in the cache.
 *
 * @param loaderMs How long the loader's download took.
 * @returns Milliseconds; none if not above 0.
 */
export function pictureTimeMs(loaderMs: number): number {
  return loaderMs / 2 - 50;
}
