/**
 * How calls are found by words (号码片段, 工号, 队列, 备注): a word of the search is part of a word of the call. Every store
 * answers the same, with an index of grams: four characters of a number or Latin word, two of a Chinese one, as Chinese
 * words are often no longer than that.
 */
import type { Cdr } from './cdr.ts';

/** A word longer than this is cut: nothing that a caller sends makes a large index. */
const MAX_WORD = 64;
const MAX_WORDS = 64;

/** Characters that a gram has of a word in ASCII, and in any other script. */
const ASCII_GRAM = 4;
const OTHER_GRAM = 2;

const WORD = /[a-z0-9]+|[^\P{L}\p{ASCII}]+|[^\P{N}\p{ASCII}]+/gu;
const PLAIN = /^[a-z0-9]+$/;
const CALL_ID = /^(?=.*[A-Za-z_-])[\w-]{22}$/;

/** The words of `text` in one form: lower case, full-width digits as plain ones, numbers and Chinese apart. */
export function wordsOf(text: string): string[] {
  // Numbers and names of the dialplan, as a rule: three quarters of the time goes without what others need.
  if (PLAIN.test(text)) return [text.slice(0, MAX_WORD)];
  const words = text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
  return words.slice(0, MAX_WORDS).map((word) => [...word].slice(0, MAX_WORD).join(''));
}

/** A search that has the form of a call's id and is nothing else: words are not looked for. */
export function isCallId(search: string): boolean {
  return CALL_ID.test(search) && ID.test(search);
}

/** Visible characters (RFC 3261 25.1 `callid` has no others), words among them; a number alone is a word. */
const ID = /^(?=.*[A-Za-z0-9])(?!\+?\d*$)[\x21-\x7e]{4,255}$/;

/** What a search may say instead of words: the beginning of a call's id, or a whole SIP Call-ID (RFC 3261 8.1.1.4). */
export function idIn(search: string): string | undefined {
  const id = search.trim();
  return ID.test(id) ? id : undefined;
}

/** Whether a call has the id that a search may be. */
export function hasId({ callId, sipCallId }: Pick<Cdr, 'callId' | 'sipCallId'>, search: string): boolean {
  const id = idIn(search);
  return id !== undefined && (callId.startsWith(id) || sipCallId === id);
}

/**
 * The words that a call is found by: numbers of both sides, of the hotline, of those who forwarded it, agents and lines
 * that were rung or spoken with, queues, trunk, mailbox, and what was noted. A word that is part of another one says nothing new.
 */
export function searchWordsOf(cdr: Cdr): readonly string[] {
  const texts = [cdr.caller, cdr.called, cdr.hotline, cdr.agent, cdr.callback?.number, cdr.voicemail?.box];
  texts.push(...Object.values(cdr.origin));
  for (const { number } of cdr.diversions) texts.push(number);
  for (const { target } of cdr.targets) texts.push(target);
  for (const { kind, owner } of cdr.segments) if (OWNED.has(kind)) texts.push(owner);
  // The last ones: where there are too many words, notes are cut.
  for (const { note } of cdr.targets) texts.push(note);
  texts.push(cdr.noted?.note, cdr.flag?.reason);
  const words = new Set(texts.flatMap((text) => (text ? wordsOf(text) : [])));
  return [...words]
    .filter((word) => ![...words].some((other) => holds(other, word) && other !== word))
    .slice(0, MAX_WORDS);
}

/** Segments whose owner people know by name. */
const OWNED: ReadonlySet<string> = new Set(['queue', 'talk', 'conference', 'consult']);

/** Whether `part` is found in `word`: anywhere, or as the whole when it is shorter than a gram. */
function holds(word: string, part: string): boolean {
  return isShort(part) ? word === part : word.includes(part);
}

/**
 * Whether each word of a search is found in one of the call's; `wholeNumbers`: one that has a digit is the whole of it. What an index of
 * {@link gramText} finds, without an index.
 */
export function matchesWords(words: readonly string[], search: string, wholeNumbers = false): boolean {
  return wordsOf(search).every((part) =>
    words.some((word) => (wholeNumbers && hasDigit(part) ? word === part : holds(word, part))),
  );
}

const hasDigit = (word: string): boolean => /\p{N}/u.test(word);

/** Grams of words, each in its order between blanks, words apart by `|`: ` 1380 3800 | 8001 | `. ASCII only. */
export function gramText(words: readonly string[]): string {
  return ` ${words.map((word) => `${gramsOf(word).join(' ')} | `).join('')}`;
}

/** What a text of grams holds of a word of a search: its grams, one after another. */
export interface SearchedWord {
  readonly grams: readonly string[];
  readonly hasDigit: boolean;
}

/** The words of `search`, as a text of grams holds them. */
export function searchGrams(search: string): readonly SearchedWord[] {
  return wordsOf(search).map((word) => ({ grams: gramsOf(word), hasDigit: hasDigit(word) }));
}

function gramsOf(word: string): readonly string[] {
  const length = lengthOfGram(word);
  if (length === ASCII_GRAM) return slicesOf(word, length);
  const letters = [...word];
  const count = Math.max(1, letters.length - length + 1);
  return Array.from({ length: count }, (_, at) =>
    letters
      .slice(at, at + length)
      .map(ascii)
      .join(''),
  );
}

function slicesOf(word: string, length: number): readonly string[] {
  const slices: string[] = [];
  for (let at = 0; at + length <= word.length; at++) slices.push(word.slice(at, at + length));
  return slices.length > 0 ? slices : [word];
}

function isShort(word: string): boolean {
  return [...word].length < lengthOfGram(word);
}

function lengthOfGram(word: string): number {
  return isAscii(word.charCodeAt(0)) ? ASCII_GRAM : OTHER_GRAM;
}

/** A letter that is not ASCII becomes `u` and five digits: no tokenizer has an opinion about it. */
function ascii(letter: string): string {
  const code = letter.codePointAt(0)!;
  return isAscii(code) ? letter : `u${code.toString(16).padStart(5, '0')}`;
}

const isAscii = (code: number): boolean => code < 128;
