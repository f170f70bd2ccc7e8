import { chromium } from 'playwright-core';

const [, , base, prefix, list, scheme = 'light', js = 'on'] = process.argv;
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-first-run',
  ],
});
for (const [w, h] of [
  [1280, 900],
  [390, 844],
]) {
  const page = await browser.newPage({
    viewport: { width: w, height: h },
    colorScheme: scheme,
    javaScriptEnabled: js === 'on',
  });
  page.on('console', (m) => {
    if (!m.text().includes('ERR_CONNECTION_REFUSED')) console.log(m.type(), m.text());
  });
  page.on('pageerror', (e) => console.log('ERR', e.message));
  for (const entry of list.split(',')) {
    const [name, path] = entry.split('=');
    await page.goto(base + path.replace('~', '='));
    if (name === 'item' && js === 'on') {
      await page.click('[data-add-to-cart]');
      console.log(JSON.stringify(await page.evaluate(() => window.dataLayer)));
    }
    const over = js === 'on' && (await page.evaluate(() => document.documentElement.scrollWidth - innerWidth));
    if (over) console.log(name, w, 'overflow', over);
    if (js === 'on')
      await page.evaluate(async () => {
        for (let y = 0; y < document.body.scrollHeight; y += 600) {
          scrollTo(0, y);
          await new Promise((r) => setTimeout(r, 60));
        }
        scrollTo(0, 0);
      });
    await page.screenshot({
      path: `/tmp/shots/${prefix}-${name}-${w}-${scheme}.png`,
      fullPage: name !== 'category' && name !== 'search',
    });
  }
  await page.close();
}
await browser.close();
