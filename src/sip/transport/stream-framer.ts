import { badRequest, type Rejection } from '../message/index.ts';

const CR = 13;
const LF = 10;
const SPACE = 32;
const TAB = 9;
const COLON = 58;

/** Gets what a {@link StreamFramer} cuts out of a stream. */
export interface FramerUser {
  /** One whole message; the bytes are the receiver's own. */
  onMessage(bytes: Buffer): void;
  /** The double CRLF of RFC 5626 4.4.1: answer with one CRLF. Many in one piece count once: nobody pings ahead. */
  onPing(): void;
  /**
   * The stream cannot be followed any more: tell the sender and close. `head` is the head of the message that
   * broke it, if there is a whole one.
   */
  onBroken(rejection: Rejection, head: Buffer | undefined): void;
}

/**
 * Cuts a byte stream into messages by Content-Length (RFC 3261 18.3). Work and memory are linear in what comes
 * in, however small the pieces are.
 */
export class StreamFramer {
  readonly #user: FramerUser;
  readonly #maxBytes: number;
  /** Bytes [0, used) wait for the rest of their message. */
  #buffer: Buffer = Buffer.alloc(0);
  #used = 0;
  /** No head ends before this position. */
  #searched = 0;
  /** Whole length of the message that waits, once its head is known. */
  #wanted = 0;
  #broken = false;
  /** Line feeds since the last message: two are a ping. */
  #emptyLines = 0;

  constructor(user: FramerUser, maxBytes: number) {
    this.#user = user;
    this.#maxBytes = maxBytes;
  }

  /** Whether a part of a message waits for its rest. */
  get isPending(): boolean {
    return this.#used > 0;
  }

  /** Takes what came in. */
  push(chunk: Buffer): void {
    if (this.#broken) return;
    if (this.#used === 0) {
      const rest = this.#cut(chunk, chunk.length, false);
      if (rest < chunk.length && !this.#broken) this.#keep(chunk.subarray(rest));
      return;
    }
    this.#keep(chunk);
    if (this.#wanted > this.#used) return;
    const rest = this.#cut(this.#buffer, this.#used, true);
    this.#buffer.copyWithin(0, rest, this.#used);
    this.#used -= rest;
    if (this.#used === 0) this.#buffer = Buffer.alloc(0);
  }

  #keep(bytes: Buffer): void {
    const needed = this.#used + bytes.length;
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length, 4096));
      this.#buffer.copy(grown, 0, 0, this.#used);
      this.#buffer = grown;
    }
    bytes.copy(this.#buffer, this.#used);
    this.#used = needed;
  }

  /** Hands out whole messages of bytes [0, end); returns where the unfinished rest begins. */
  #cut(bytes: Buffer, end: number, isShared: boolean): number {
    let start = 0;
    while (!this.#broken) {
      start = this.#skipEmptyLines(bytes, start, end);
      if (start === end) break;
      const headEnd = endOfHead(bytes, Math.max(start, this.#searched), end);
      if (headEnd < 0) {
        this.#searched = Math.max(0, end - start - 3);
        if (end - start > this.#maxBytes)
          this.#break({ status: 513, reason: 'Message Too Large' }, undefined);
        break;
      }
      this.#searched = 0;
      const head = bytes.subarray(start, headEnd);
      const length = contentLengthOf(head);
      if (length < 0) {
        this.#break(badRequest('Missing or Malformed Content-Length'), Buffer.from(head));
        break;
      }
      const next = headEnd + length;
      if (next - start > this.#maxBytes) {
        this.#break({ status: 513, reason: 'Message Too Large' }, Buffer.from(head));
        break;
      }
      if (next > end) {
        this.#wanted = next - start;
        break;
      }
      this.#wanted = 0;
      this.#emptyLines = 0;
      this.#user.onMessage(isShared ? Buffer.from(bytes.subarray(start, next)) : bytes.subarray(start, next));
      start = next;
    }
    return start;
  }

  #skipEmptyLines(bytes: Buffer, from: number, end: number): number {
    let at = from;
    let isPing = false;
    while (at < end && (bytes[at] === CR || bytes[at] === LF)) {
      if (bytes[at] === LF && ++this.#emptyLines === 2) {
        this.#emptyLines = 0;
        isPing = true;
      }
      at++;
    }
    if (at < end) this.#emptyLines = 0;
    if (isPing) this.#user.onPing();
    return at;
  }

  #break(rejection: Rejection, head: Buffer | undefined): void {
    this.#broken = true;
    this.#used = 0;
    this.#buffer = Buffer.alloc(0);
    this.#user.onBroken(rejection, head);
  }
}

/** Position after the empty line that ends a head; -1 when it is not there yet. */
function endOfHead(bytes: Buffer, from: number, end: number): number {
  for (let at = bytes.indexOf(LF, from); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) {
    if (at + 1 < end && bytes[at + 1] === LF) return at + 2;
    if (at + 2 < end && bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}

/**
 * Content-Length of a head; -1 when there is none (RFC 3261 20.14: a stream needs it), it is no number, or two
 * of them differ.
 */
export function contentLengthOf(head: Buffer): number {
  let length = -1;
  for (let line = head.indexOf(LF) + 1; line > 0; line = head.indexOf(LF, line) + 1) {
    const colon = contentLengthColon(head, line);
    if (colon < 0) continue;
    const value = numberAt(head, colon + 1);
    if (value < 0 || (length >= 0 && length !== value)) return -1;
    length = value;
  }
  return length;
}

const LONG_NAME = Buffer.from('content-length');

/** Position of the colon when a Content-Length header begins at `line`, else -1. */
function contentLengthColon(head: Buffer, line: number): number {
  const first = head[line]! | 32;
  let at = line + 1;
  if (first === LONG_NAME[0]) {
    for (; at < line + LONG_NAME.length; at++)
      if ((head[at]! | 32) !== (LONG_NAME[at - line]! | 32)) return -1;
    // 108 is l, the compact form
  } else if (first !== 108) return -1;
  while (head[at] === SPACE || head[at] === TAB) at++;
  return head[at] === COLON ? at : -1;
}

/** The number between white space, folded lines included, and a line end; -1 when there is something else. */
function numberAt(head: Buffer, from: number): number {
  let at = from;
  while (isSpace(head, at)) at++;
  let value = -1;
  for (let digit = head[at]! - 48; digit >= 0 && digit <= 9; digit = head[++at]! - 48) {
    value = Math.max(0, value) * 10 + digit;
    if (value > 0xffffffff) return -1;
  }
  while (isSpace(head, at)) at++;
  return head[at] === CR || head[at] === LF ? value : -1;
}

/** White space, or a line end that goes on on the next line. */
function isSpace(head: Buffer, at: number): boolean {
  const code = head[at];
  if (code === SPACE || code === TAB) return true;
  if (code === CR) return head[at + 1] === LF && isSpaceCode(head[at + 2]);
  return code === LF && isSpaceCode(head[at + 1]);
}

const isSpaceCode = (code: number | undefined): boolean => code === SPACE || code === TAB;
