import { join } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: join(import.meta.dirname, 'client'),
  build: {
    outDir: join(import.meta.dirname, '..', 'dist', 'demo-shop'),
    emptyOutDir: true,
    manifest: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the content policy allows no data: addresses
    rolldownOptions: { input: join(import.meta.dirname, 'client', 'main.ts') },
  },
});
