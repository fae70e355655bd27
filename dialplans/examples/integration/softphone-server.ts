/**
 * Serves a page of your own that is a phone, and gives it tickets, so that the API key stays here.
 *
 *     PBX_KEY=pbx_... node softphone-server.ts        # then http://127.0.0.1:8502/?agent=8001
 */
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { PbxError, pbxClient } from 'pbx400/client';

const { PBX_URL = 'http://127.0.0.1:8400', PBX_KEY = '', PBX_TENANT, PORT = '8502' } = process.env;
const pbx = pbxClient({ url: PBX_URL, key: PBX_KEY, ...(PBX_TENANT && { tenant: PBX_TENANT }) });
const PAGE = new URL('softphone.html', import.meta.url);
/** What the page imports; in yours a bundler does that. */
const MODULES = new Map([
  ['pbx400', import.meta.resolve('pbx400/client/softphone')],
  ['sip.js', import.meta.resolve('sip.js')],
]);

function sendJson(response: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

async function sendModule(response: ServerResponse, path: string): Promise<void> {
  const [, name = '', file = ''] = /^\/modules\/([^/]+)\/([\w./-]+\.js)$/.exec(path) ?? [];
  const entry = MODULES.get(name);
  const found = entry === undefined ? undefined : new URL(file, entry);
  if (!found?.href.startsWith(new URL('.', entry).href))
    return sendJson(response, 404, { detail: 'there is no such module' });
  response.writeHead(200, { 'content-type': 'text/javascript' }).end(await readFile(found));
}

const server = createServer(async ({ method, url = '/' }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  try {
    // Here stands your own sign-in: who sits there is whom you know, never what a page says.
    if (method === 'POST' && pathname === '/ticket') {
      const agent = searchParams.get('agent') ?? '';
      const { ticket } = await pbx.request('POST /embed-tickets', { body: { agent } });
      sendJson(response, 201, { ticket });
    } else if (pathname === '/pbx.json') sendJson(response, 200, { url: PBX_URL });
    else if (pathname.startsWith('/modules/')) await sendModule(response, pathname);
    else if (pathname === '/')
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(await readFile(PAGE));
    else sendJson(response, 404, { detail: 'there is no such page' });
  } catch (error) {
    sendJson(response, 502, { detail: error instanceof PbxError ? error.message : 'it cannot be read' });
  }
});
server.listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${PORT}/\n`));
