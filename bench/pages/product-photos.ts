import type { Browser } from 'playwright-core';
import { drawIllustration } from '#demo-shop/illustration.ts';
import type { ShopItem } from '#demo-shop/shop-item.ts';

/** Different pictures; products beyond repeat them under addresses of their own. */
const NUM_PHOTOS = 24;
const SIZE_PX = 480;

/**
 * Pictures as heavy as a shop's, WebP of 480 × 480 and about 25 kB: the demo shop's drawings with a
 * camera's grain. A drawing alone has 2 kB, and the model would have the line to itself.
 */
export async function drawPhotos(browser: Browser, items: readonly ShopItem[]): Promise<readonly Buffer[]> {
  const page = await browser.newPage();
  try {
    const drawings = items.slice(0, NUM_PHOTOS).map((item) => drawIllustration(item));
    const photos = await page.evaluate(grainy, { drawings, sizePx: SIZE_PX });
    return photos.map((base64) => Buffer.from(base64, 'base64'));
  } finally {
    await page.close();
  }
}

/** Runs in the page. */
async function grainy({ drawings, sizePx }: { drawings: string[]; sizePx: number }): Promise<string[]> {
  const canvas = Object.assign(document.createElement('canvas'), { width: sizePx, height: sizePx });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const photos: string[] = [];
  for (const drawing of drawings) {
    const image = new Image(sizePx, sizePx);
    image.src = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
    await image.decode();
    context.drawImage(image, 0, 0, sizePx, sizePx);
    const pixels = context.getImageData(0, 0, sizePx, sizePx);
    for (let at = 0; at < pixels.data.length; at++) {
      if (at % 4 !== 3) pixels.data[at] = (pixels.data[at] as number) + 36 * (Math.random() - 0.5);
    }
    context.putImageData(pixels, 0, 0);
    photos.push(canvas.toDataURL('image/webp', 0.6).split(',')[1] as string);
  }
  return photos;
}
