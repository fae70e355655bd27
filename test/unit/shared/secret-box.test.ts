import { expect, it } from 'vitest';
import { SEALED, SecretBox } from '../../../src/shared/secret-box.ts';

const KEY = 'a key of thirty-two characters ...';
const refused = expect.objectContaining({ code: 'secret-key' });

it('a secret that is sealed is opened with the same key, as what it was sealed as', () => {
  const box = new SecretBox(KEY);
  const sealed = box.seal('GEZDGNBV 密钥', 'app of li');
  expect(sealed.startsWith(SEALED)).toBe(true);
  expect(sealed).not.toContain('GEZD');
  expect(Buffer.from(sealed.split('.')[2]!, 'base64url').toString('latin1')).not.toContain('GEZD');
  expect(new SecretBox(KEY).open(sealed, 'app of li')).toBe('GEZDGNBV 密钥');
  expect(box.seal('GEZDGNBV 密钥', 'app of li'), 'never twice the same').not.toBe(sealed);
  expect(() => box.open(sealed, 'app of wang')).toThrow(refused);
});

it('a secret that was changed, cut or sealed with another key is refused, one in the clear comes as it is', () => {
  const box = new SecretBox(KEY);
  const sealed = box.seal('GEZDGNBV', 'x');
  const body = Buffer.from(sealed.split('.')[2]!, 'base64url');
  const head = sealed.split('.').slice(0, 2).join('.');
  for (let at = 0; at < body.length; at++) {
    const changed = Buffer.from(body);
    changed[at]! ^= 1;
    expect(() => box.open(`${head}.${changed.toString('base64url')}`, 'x'), `byte ${at}`).toThrow(refused);
    expect(() => box.open(`${head}.${body.subarray(0, at).toString('base64url')}`, 'x')).toThrow(refused);
  }
  expect(() => new SecretBox(`${KEY}!`).open(sealed, 'x')).toThrow('another key');
  expect(() => new SecretBox('').open(sealed, 'x')).toThrow(refused);
  expect(() => new SecretBox('').seal('GEZDGNBV', 'x')).toThrow('secretKey');
  expect(new SecretBox('').open('GEZDGNBV', 'x')).toBe('GEZDGNBV');
});
