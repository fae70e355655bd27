import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifySchema } from 'fastify';
import { CONSOLE_PATHS, WALL_PATH } from '../shared/console-paths.ts';
import { PACKAGE_DIR } from '../shared/own-package.ts';

/** Where `scripts/install` builds the console. */
export const CONSOLE_DIR = join(PACKAGE_DIR, 'dist/console');

/** Stands in the built page for the nonce of an answer. */
export const NONCE_MARK = '__PBX400_NONCE__';
/** The same for the origins whose pages may frame it. */
const ORIGINS_MARK = '__PBX400_ORIGINS__';

const YEAR_MS = 31_536_000_000;
const HTML = 'text/html; charset=utf-8';

/**
 * Serves the web console (控制台): its page at each of CONSOLE_PATHS with a nonce of its own, its scripts and styles, whose names change with
 * what is in them, below `/assets/`. Before it was built the page says how it is.
 */
export function serveConsole(
  app: FastifyInstance,
  folder = CONSOLE_DIR,
  origins: readonly string[] = [],
): void {
  app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    schemaHide: true,
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: YEAR_MS,
  });
  const pageOf =
    (file: string, framedBy: readonly string[] = []) =>
    async (_request: unknown, reply: FastifyReply) => {
      const nonce = randomBytes(16).toString('base64');
      // Read each time: it may be built anew while the PBX runs.
      const html = await readFile(join(folder, file), 'utf8').catch(ifMissing);
      reply.header('content-security-policy', policyWith(nonce, framedBy));
      // Of who may frame it the policy says all; this one knows no list.
      if (framedBy.length > 0) reply.removeHeader('x-frame-options');
      reply.header('permissions-policy', 'microphone=(self), camera=(), geolocation=()');
      reply.header('cache-control', 'no-store').type(HTML);
      if (html === undefined) return reply.code(503).header('retry-after', 10).send(notBuilt(nonce));
      return reply.send(html.replaceAll(NONCE_MARK, nonce).replaceAll(ORIGINS_MARK, framedBy.join(' ')));
    };
  const hidden = { schema: { hide: true } as FastifySchema };
  const page = pageOf('index.html');
  app.get('/embed/phone-bar', hidden, pageOf('embed.html', origins));
  app.get(`${WALL_PATH}/:token`, hidden, pageOf('wall.html'));
  for (const path of CONSOLE_PATHS) {
    app.get(path, hidden, page);
    if (path !== '/') app.get(`${path}/*`, hidden, page);
  }
}

/** No script but ours, no style but ours and those with the nonce, nothing from elsewhere, in a frame of these origins alone. */
function policyWith(nonce: string, framedBy: readonly string[]): string {
  return Object.entries({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': `'self' 'nonce-${nonce}'`,
    'img-src': "'self' data:",
    'font-src': "'self'",
    'media-src': "'self' blob:",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': framedBy.join(' ') || "'none'",
  })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

const notBuilt = (nonce: string) => `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>pbx400</title>
<style nonce="${nonce}">body { font: 14px/22px system-ui; max-width: 36em; margin: 15vh auto; padding: 0 16px }</style>
<h1>控制台尚未构建 · The console has not been built</h1>
<p>PBX 正在运行，只是网页还没有构建。请在 pbx400 目录运行 <code>scripts/install</code>，然后刷新本页。</p>
<p lang="en">The PBX runs; only its pages are missing. Run <code>scripts/install</code> in the folder of pbx400, then reload this page.</p>
<p><a href="/api/docs">API</a></p>
</html>
`;
