import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { PbxError } from './errors.ts';

/** What everything that is sealed begins with; nothing that is in the clear does. */
export const SEALED = 's1.';

const KEY_BYTES = 32;
/** NIST SP 800-38D 8.2.2: a random nonce of 96 bits. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MARK_LENGTH = 8;

/** Secrets as they are stored (静态加密): AES-256-GCM, `s1.MARK.NONCE+TEXT+TAG`. MARK tells with which key, and tells nothing of it. */
export class SecretBox {
  readonly #key: Buffer | undefined;
  readonly #mark: string;

  /** `secret`: of 32 characters at least, the same on all nodes of a database; '': nothing is sealed or opened. */
  constructor(secret: string) {
    // RFC 5869: what is written in a configuration need not have the length of a key.
    this.#key =
      secret === '' ? undefined : Buffer.from(hkdfSync('sha256', secret, '', 'pbx400 secrets', KEY_BYTES));
    const digest = createHash('sha256')
      .update(this.#key ?? '')
      .digest('base64url');
    this.#mark = digest.slice(0, MARK_LENGTH);
  }

  /** `about`: what it is, and whose; it is opened as that only. */
  seal(text: string, about: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#require(), nonce).setAAD(Buffer.from(about));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${SEALED}${this.#mark}.${sealed.toString('base64url')}`;
  }

  /** What is not sealed comes as it is. Throws PbxError `secret-key` where another key sealed it, or it is damaged. */
  open(text: string, about: string): string {
    if (!text.startsWith(SEALED)) return text;
    const [, mark = '', body = ''] = text.split('.');
    if (mark !== this.#mark)
      throw new PbxError('secret-key', `${about} was sealed with another key (${mark})`);
    const bytes = Buffer.from(body, 'base64url');
    try {
      const options = { authTagLength: TAG_BYTES };
      const cipher = createDecipheriv(
        'aes-256-gcm',
        this.#require(),
        bytes.subarray(0, NONCE_BYTES),
        options,
      );
      cipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(-TAG_BYTES));
      const opened = cipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([opened, cipher.final()]).toString();
    } catch (cause) {
      throw new PbxError('secret-key', `${about} is damaged, or not what it was sealed as`, { cause });
    }
  }

  #require(): Buffer {
    if (!this.#key) throw new PbxError('secret-key', 'there is no key: secretKey');
    return this.#key;
  }
}
