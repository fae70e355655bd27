import { expect, test } from 'vitest';
import { inOnePiece, ownCopy } from '../../../../src/sip/transaction/own-text.ts';

test('the text stays what it is', () => {
  for (const text of ['', '1', ' 1', 'z9hG4bK-1 host:5060 call@id INVITE', '汉字', '\0']) {
    expect([inOnePiece(text), ownCopy(text)]).toEqual([text, text]);
  }
});
