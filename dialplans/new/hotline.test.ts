/** Calls in virtual time: the whole engine, without network and waiting. */
import { testHotline } from 'pbx400/testing';
import { expect, it } from 'vitest';
import hotline from './hotline.ts';

it('puts who presses 1 through to sales', async () => {
  const test = await testHotline(hotline, { at: '2026-10-15T10:00+08:00' });
  const alice = await test.call('075523456789');
  await alice.hears('welcome', 'main-menu');
  await alice.presses('1');
  await alice.talksTo('8001');
  await alice.hangsUp();
  await test.close();
});

it('takes a message when nobody in sales answers', async () => {
  const phones = { 8001: 'no-answer', 8002: 'offline' } as const;
  const test = await testHotline(hotline, { at: '2026-10-15T10:00+08:00', phones });
  const alice = await test.call();
  await alice.hears('main-menu');
  await alice.presses('1');
  await alice.hears('voicemail-greeting');
  await alice.hangsUp();
  await test.close();
});

it('is closed on the National Day', async () => {
  const test = await testHotline(hotline, { at: '2026-10-01T10:00+08:00' });
  const alice = await test.call();
  await alice.hears('closed', 'voicemail-greeting');
  expect(alice.path[0]).toContain('国庆节');
  await alice.hangsUp();
  await test.close();
});
