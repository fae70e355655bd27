/** How the console is built: `vite build --config scripts/console.vite.ts`, which scripts/install does when its sources have changed. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { NONCE_MARK } from '../src/http/console-pages.ts';

const ROOT = resolve(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist/console');

/** Beside each file that is worth it, the same compressed: the PBX, which reads SIP in the same thread, compresses nothing. */
const compressed: Plugin = {
  name: 'compressed',
  closeBundle() {
    const assets = join(OUT, 'assets');
    for (const file of readdirSync(assets).filter((name) => /\.(js|css|svg)$/.test(name)))
      writeFileSync(join(assets, `${file}.gz`), gzipSync(readFileSync(join(assets, file)), { level: 9 }));
  },
};

export default defineConfig({
  root: join(ROOT, 'src/console'),
  base: '/',
  logLevel: 'warn',
  html: { cspNonce: NONCE_MARK },
  plugins: [react(), compressed],
  build: {
    outDir: OUT,
    // A screen on a wall loads nothing of the console.
    rollupOptions: {
      input: ['index.html', 'wall.html', 'embed.html'].map((page) => join(ROOT, 'src/console', page)),
    },
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    // A budget of its own is tested: test/unit/console/size.test.ts
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
  },
});
