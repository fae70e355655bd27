/**
 * Click to call (点击呼叫): rings an extension, then a number, connects the two, and tells how it goes.
 *
 *     PBX_KEY=pbx_... node click-to-call.ts 8001 13900139000
 */
import { PbxError, pbxClient } from 'pbx400/client';

const { PBX_URL = 'http://127.0.0.1:8400', PBX_KEY = '', PBX_TENANT } = process.env;
const [extension, number] = process.argv.slice(2);
const say = (text: string) => process.stdout.write(`${text}\n`);

if (PBX_KEY === '' || !extension || !number) {
  say(
    'usage: PBX_KEY=pbx_... [PBX_URL=http://127.0.0.1:8400] [PBX_TENANT=demo] node click-to-call.ts EXTENSION NUMBER',
  );
  process.exit(2);
}

const pbx = pbxClient({ url: PBX_URL, key: PBX_KEY, ...(PBX_TENANT && { tenant: PBX_TENANT }) });

/** Calls, and resolves with why the call ended. */
async function call(call: { extension: string; number: string }): Promise<string> {
  // Where the stream is before the call begins: nothing of it is missed.
  const { head } = await pbx.request('GET /events', { query: { limit: 1 } });
  const { id } = await pbx.calls.create(call);
  say(`call ${id}`);
  // Ctrl-C hangs up; the stream tells so.
  process.once('SIGINT', () => void pbx.calls.act(id, 'hang-up').catch(() => process.exit(130)));
  for await (const { type, data } of pbx.stream({ topics: [`calls/${id}`], after: head })) {
    if (type === 'call.ringing') say(`rings at ${data.target}`);
    if (type === 'call.rung' && data.outcome !== 'answered') say(`${data.target}: ${data.outcome}`);
    if (type === 'call.rung' && data.outcome === 'answered') say(`${data.target} answers`);
    if (type === 'call.connected') say(`connected with ${data.target}`);
    if (type === 'call.ended') return data.cause;
  }
  throw new Error('the stream has ended');
}

try {
  const cause = await call({ extension, number });
  say(`ended: ${cause}`);
  process.exitCode = cause === 'normal' ? 0 : 1;
} catch (error) {
  if (!(error instanceof PbxError)) throw error;
  say(`refused: ${error.message}`);
  process.exitCode = 1;
}
