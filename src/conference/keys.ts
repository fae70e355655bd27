/** What keys do in a room. */
export type Command =
  | { readonly do: 'mute' | 'mute-all' | 'lock' | 'ask-number' | 'end' | 'help' | 'nothing' }
  | { readonly do: 'invite'; readonly number: string };

/** Every code begins with it: who leans on his phone ends nothing. */
const BEGIN = '*';
const MEMBERS: Readonly<Record<string, Command>> = { 0: { do: 'help' }, 1: { do: 'mute' } };
const HOSTS: Readonly<Record<string, Command>> = {
  ...MEMBERS,
  2: { do: 'mute-all' },
  3: { do: 'lock' },
  4: { do: 'ask-number' },
  9: { do: 'end' },
};
/** A number follows, up to `#`; `*` takes it back. */
const NUMBER = '*4';
const LONGEST = 20;

/** What has been typed of a code so far, and what follows of the key; '' is nothing typed. */
export function pressed(typed: string, key: string, isHost: boolean): readonly [typed: string, Command?] {
  if (typed.startsWith(NUMBER)) return inNumber(typed, key);
  if (typed === '' || key === BEGIN) return [key === BEGIN ? BEGIN : ''];
  const command = (isHost ? HOSTS : MEMBERS)[key] ?? { do: 'nothing' };
  return [command.do === 'ask-number' ? NUMBER : '', command];
}

function inNumber(typed: string, key: string): readonly [typed: string, Command?] {
  const number = typed.slice(NUMBER.length);
  if (key === BEGIN) return [''];
  if (key !== '#') return [number.length < LONGEST ? typed + key : typed];
  return number === '' ? [''] : ['', { do: 'invite', number }];
}
