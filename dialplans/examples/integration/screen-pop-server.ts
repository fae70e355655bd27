/**
 * Serves the screen pop: its page, the client that the page loads, and tickets for the stream, so that the API key stays here.
 *
 *     PBX_KEY=pbx_... node screen-pop-server.ts        # then http://127.0.0.1:8500/?agent=8001
 */
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { PbxError, pbxClient } from 'pbx400/client';

const { PBX_URL = 'http://127.0.0.1:8400', PBX_KEY = '', PBX_TENANT, PORT = '8500' } = process.env;
const pbx = pbxClient({ url: PBX_URL, key: PBX_KEY, ...(PBX_TENANT && { tenant: PBX_TENANT }) });
const PAGE = new URL('screen-pop.html', import.meta.url);
/** The client is plain modules: what is here runs in a page as it is. */
const CLIENT = import.meta.resolve('pbx400/client');

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
const sendJson = (response: ServerResponse, status: number, body: object) =>
  send(response, status, 'application/json', JSON.stringify(body));

/** A ticket hears what the key may hear. Here stands your own sign-in: who may not see calls gets none. */
async function giveTicket(response: ServerResponse): Promise<void> {
  const { ticket } = await pbx.request('POST /stream-tickets');
  sendJson(response, 201, { ticket });
}

const server = createServer(async ({ method, url = '/' }, response) => {
  const { pathname } = new URL(url, 'http://localhost');
  const file = /^\/client\/([\w-]+\.js)$/.exec(pathname)?.[1];
  try {
    if (method === 'POST' && pathname === '/ticket') await giveTicket(response);
    else if (pathname === '/') send(response, 200, 'text/html; charset=utf-8', await readFile(PAGE));
    else if (pathname === '/pbx.json') sendJson(response, 200, { url: PBX_URL });
    else if (file) send(response, 200, 'text/javascript', await readFile(new URL(file, CLIENT)));
    else sendJson(response, 404, { detail: 'there is no such page' });
  } catch (error) {
    const detail = error instanceof PbxError ? error.message : 'it cannot be read';
    sendJson(response, 502, { detail });
  }
});
server.listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${PORT}/\n`));
