import { expect, it } from 'vitest';
import { newSecret, signedHeaders } from '../../../src/webhook/signature.ts';

/** The example that the libraries of Standard Webhooks are tested with. */
const [ID, SECONDS, BODY] = [
  'msg_loFOjxBNrRLzqYUf',
  1_731_705_121,
  '{"event_type":"ping","data":{"success":true}}',
];
const SECRET = 'whsec_plJ3nmyCDGBKInavdOK15jsl';
const SIGNATURE = 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=';

it('signs as Standard Webhooks 1.0 has it', () => {
  expect(signedHeaders([SECRET], ID, SECONDS, BODY)).toEqual({
    'webhook-id': ID,
    'webhook-timestamp': '1731705121',
    'webhook-signature': SIGNATURE,
  });
});

it('signs by each secret that holds, the one before last', () => {
  const fresh = newSecret();
  const [first, second, ...rest] = signedHeaders([fresh, SECRET], ID, SECONDS, BODY)[
    'webhook-signature'
  ]!.split(' ');
  expect(first).toMatch(/^v1,[\w+/]{43}=$/);
  expect(first).not.toBe(SIGNATURE);
  expect([second, rest]).toEqual([SIGNATURE, []]);
});
